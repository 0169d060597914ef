/// What is done with the gradients of a step.
@NullMarked
package dev.unroll.train.optimizer;

import org.jspecify.annotations.NullMarked;
