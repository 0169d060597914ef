/// The direct path of a state from step to step, and what it carries.
@NullMarked
package dev.unroll.inspect.highway;

import org.jspecify.annotations.NullMarked;
