/// Weights by name, whatever file they come from, and where each of them goes.
@NullMarked
package dev.unroll.exchange.checkpoint;

import org.jspecify.annotations.NullMarked;
