/// Derivatives of a step at many points, as products with vectors, and quantities computed from
/// them.
@NullMarked
package dev.unroll.inspect.step;

import org.jspecify.annotations.NullMarked;
