/// How large gradients may be.
@NullMarked
package dev.unroll.train.clipping;

import org.jspecify.annotations.NullMarked;
