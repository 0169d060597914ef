/// A text to learn from.
@NullMarked
package dev.unroll.train.text;

import org.jspecify.annotations.NullMarked;
