/// Losses bound to memory: their numbers and gradients.
@NullMarked
package dev.unroll.model.loss.run;

import org.jspecify.annotations.NullMarked;
