/// The published cells, one short file of equations each, and the rewrites that make one cell of
/// another. [Cells] lists them.
///
/// ```
/// x [B, F]     state h [B, H]     W [H, F]     U [H, H]     b [H]
/// ```
@NullMarked
package dev.unroll.cell;

import org.jspecify.annotations.NullMarked;
