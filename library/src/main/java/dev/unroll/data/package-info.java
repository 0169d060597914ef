/// Sequences for training: vocabularies, splits and batches of text.
@NullMarked
package dev.unroll.data;

import org.jspecify.annotations.NullMarked;
