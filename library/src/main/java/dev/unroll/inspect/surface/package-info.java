/// Where the loss goes along a line, and the smallest surface with a wall.
@NullMarked
package dev.unroll.inspect.surface;

import org.jspecify.annotations.NullMarked;
