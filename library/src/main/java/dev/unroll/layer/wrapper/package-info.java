/// Layers around other layers, and dropout between them.
@NullMarked
package dev.unroll.layer.wrapper;

import org.jspecify.annotations.NullMarked;
