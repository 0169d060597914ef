/// Matrices whose rows are looked up, such as the vectors of symbols: which rows a batch has
/// touched, and which are late.
@NullMarked
package dev.unroll.tensor.lookup;

import org.jspecify.annotations.NullMarked;
