/// A text to train on.
@NullMarked
package dev.unroll.train.text;

import org.jspecify.annotations.NullMarked;
