/// Guards against silent mistakes: overlapping calls, and reads of unwritten memory.
@NullMarked
package dev.unroll.tensor.guard;

import org.jspecify.annotations.NullMarked;
