/// What is made small in training, and its gradient.
@NullMarked
package dev.unroll.model.loss;

import org.jspecify.annotations.NullMarked;
