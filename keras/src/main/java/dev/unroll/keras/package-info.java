/// Weights and models of Keras.
@NullMarked
package dev.unroll.keras;

import org.jspecify.annotations.NullMarked;
