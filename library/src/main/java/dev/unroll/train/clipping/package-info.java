/// Gradient clipping.
@NullMarked
package dev.unroll.train.clipping;

import org.jspecify.annotations.NullMarked;
