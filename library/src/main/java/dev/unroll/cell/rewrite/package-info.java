/// Rewrites of any cell that the library itself uses: padding, restarts, and derivatives as cells.
@NullMarked
package dev.unroll.cell.rewrite;

import org.jspecify.annotations.NullMarked;
