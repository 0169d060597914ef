/// The direct path of a state from step to step, and the gradient along it.
@NullMarked
package dev.unroll.inspect.highway;

import org.jspecify.annotations.NullMarked;
