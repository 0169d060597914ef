/// Sequences for training: examples and their form, padded batches, vocabularies, splits and
/// batches of text.
@NullMarked
package dev.unroll.data;

import org.jspecify.annotations.NullMarked;
