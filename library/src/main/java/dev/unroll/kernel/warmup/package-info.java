/// Warms up vector code before it is used.
@NullMarked
package dev.unroll.kernel.warmup;

import org.jspecify.annotations.NullMarked;
