/// A plan bound to sizes and memory: its stages, one runner each, and the loops over time and
/// threads.
@NullMarked
package dev.unroll.kernel.run;

import org.jspecify.annotations.NullMarked;
