/// `unroll bench`: the peak performance of a machine, and that of cells.
@NullMarked
package dev.unroll.app.bench;

import org.jspecify.annotations.NullMarked;
