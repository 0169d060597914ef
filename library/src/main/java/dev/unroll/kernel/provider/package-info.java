/// The providers of the kernels, and which of them a JVM gets.
@NullMarked
package dev.unroll.kernel.provider;

import org.jspecify.annotations.NullMarked;
