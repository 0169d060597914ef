/// Initializers of parameters.
@NullMarked
package dev.unroll.layer.initial;

import org.jspecify.annotations.NullMarked;
