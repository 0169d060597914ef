/// The providers of the kernels, and the choice among them.
@NullMarked
package dev.unroll.kernel.provider;

import org.jspecify.annotations.NullMarked;
