/// Guards against silent mistakes: overlapping calls, and reads of what nobody wrote.
@NullMarked
package dev.unroll.tensor.guard;

import org.jspecify.annotations.NullMarked;
