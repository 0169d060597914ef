/// Layers around other layers, and dropout between layers.
@NullMarked
package dev.unroll.layer.wrapper;

import org.jspecify.annotations.NullMarked;
