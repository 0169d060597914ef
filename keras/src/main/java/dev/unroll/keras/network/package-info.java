/// Layers of Keras as layers of ours.
@NullMarked
package dev.unroll.keras.network;

import org.jspecify.annotations.NullMarked;
