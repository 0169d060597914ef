/// The kernels in plain Java: they run everywhere and define what the vector kernels must compute.
@NullMarked
package dev.unroll.kernel.scalar;

import org.jspecify.annotations.NullMarked;
