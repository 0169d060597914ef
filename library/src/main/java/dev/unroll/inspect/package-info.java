/// Measurements of recurrent networks: the flow of gradients, the activity of gates, slices of the
/// loss.
@NullMarked
package dev.unroll.inspect;

import org.jspecify.annotations.NullMarked;
