/// Loss functions.
@NullMarked
package dev.unroll.model.loss;

import org.jspecify.annotations.NullMarked;
