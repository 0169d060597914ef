/// From the graph of a step to stages: what is computed before the time loop, in it and after it, which
/// products are stacked, what backward keeps, and where every value lives.
@NullMarked
package dev.unroll.kernel.plan;

import org.jspecify.annotations.NullMarked;
