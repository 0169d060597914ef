/// The primitive operations that a compiled cell is made of: matrix products, elementwise
/// functions, sums, and the threads that share them. Two providers, `scalar` and `vector`, give the
/// same bits.
@NullMarked
package dev.unroll.kernel;

import org.jspecify.annotations.NullMarked;
