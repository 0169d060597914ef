/// Vector code is made hot before it is used.
@NullMarked
package dev.unroll.kernel.warmup;

import org.jspecify.annotations.NullMarked;
