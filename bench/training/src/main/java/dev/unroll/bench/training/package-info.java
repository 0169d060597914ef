/// Whole training steps beside libtorch.
@NullMarked
package dev.unroll.bench.training;

import org.jspecify.annotations.NullMarked;
