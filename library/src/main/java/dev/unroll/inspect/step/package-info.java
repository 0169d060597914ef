/// Derivatives of a step at many points, as products alone, and what is computed of them.
@NullMarked
package dev.unroll.inspect.step;

import org.jspecify.annotations.NullMarked;
