/// Recurrent networks, written as their equations. [Engine] is what computes; models are made in
/// [dev.unroll.model] of cells in [dev.unroll.cell], and trained by [dev.unroll.train.Trainer].
@NullMarked
package dev.unroll;

import org.jspecify.annotations.NullMarked;
