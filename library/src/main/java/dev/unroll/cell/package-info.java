/// The published cells, one short file of equations each, and transformations of cells: dropout,
/// zoneout, layer normalization. [Cells] lists the published ones.
///
/// ```
/// x [B, F]     state h [B, H]     W [H, F]     U [H, H]     b [H]
/// ```
@NullMarked
package dev.unroll.cell;

import org.jspecify.annotations.NullMarked;
