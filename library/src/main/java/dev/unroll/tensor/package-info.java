/// Arrays with a shape, the few operations that layers need, and random numbers from counters.
@NullMarked
package dev.unroll.tensor;

import org.jspecify.annotations.NullMarked;
