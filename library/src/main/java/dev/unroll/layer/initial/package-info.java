/// How initial values are drawn.
@NullMarked
package dev.unroll.layer.initial;

import org.jspecify.annotations.NullMarked;
