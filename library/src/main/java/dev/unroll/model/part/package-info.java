/// What the structures are put together of: how a model reads, its layers, how it answers.
@NullMarked
package dev.unroll.model.part;

import org.jspecify.annotations.NullMarked;
