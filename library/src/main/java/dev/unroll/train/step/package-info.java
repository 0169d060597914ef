/// What is done with the gradients of one step: clipping and the optimiser, bound to parameters.
@NullMarked
package dev.unroll.train.step;

import org.jspecify.annotations.NullMarked;
