/// Layers over sequences `[T, B, F]`: the interface of layers, their passes and masks.
@NullMarked
package dev.unroll.layer;

import org.jspecify.annotations.NullMarked;
