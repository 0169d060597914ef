/// What is made small in training.
@NullMarked
package dev.unroll.model.loss;

import org.jspecify.annotations.NullMarked;
