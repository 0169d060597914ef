/// Plans the graph of a step as stages: what is computed before the time loop, in it and after it,
/// which products are stacked, what backward keeps, and where every value is stored.
@NullMarked
package dev.unroll.kernel.plan;

import org.jspecify.annotations.NullMarked;
