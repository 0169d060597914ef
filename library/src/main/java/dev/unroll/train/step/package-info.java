/// Clipping and the optimizer, bound to the parameters of a model.
@NullMarked
package dev.unroll.train.step;

import org.jspecify.annotations.NullMarked;
