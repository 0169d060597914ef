/// Layers over sequences `[T, B, F]`: any cell over time, stacks, embedding, dense, dropout; each with
/// its forward and backward pass.
@NullMarked
package dev.unroll.layer;

import org.jspecify.annotations.NullMarked;
