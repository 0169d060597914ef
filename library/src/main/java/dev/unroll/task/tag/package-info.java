/// Tags of tokens, such as parts of speech or names: a [dev.unroll.task.tag.Tagger] and its
/// [dev.unroll.task.tag.Tags].
@NullMarked
package dev.unroll.task.tag;

import org.jspecify.annotations.NullMarked;
