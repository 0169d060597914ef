/// Layers over sequences `[T, B, F]`: what a layer is, and what its passes are bound to.
@NullMarked
package dev.unroll.layer;

import org.jspecify.annotations.NullMarked;
