/// Optimizers: update rules and weight decay.
@NullMarked
package dev.unroll.train.optimizer;

import org.jspecify.annotations.NullMarked;
