package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;

import dev.unroll.kernel.Workspace;
import java.util.Arrays;

/// `C += AᵀB`, where both lie in memory as rows of k: blocks of both are packed, so that tiles read them
/// from one end to the other.
final class OuterProducts {
  /// Rows of C whose columns of A stay in the second-level cache while all panels pass: about 96 · 512
  /// floats, 192 KB.
  private static final int ROW_BLOCK = 96;

  /// Elements between packed panels: their length is a multiple of 4 KB, so that without a
  /// gap all of them would compete for the same few lines of the first-level cache.
  private static final int GAP = 16;

  private final TileSet tiles;
  private final int height;
  private final int width;
  private final LeftPacking packing;

  OuterProducts(TileSet tiles) {
    this.tiles = tiles;
    height = tiles.rows();
    width = tiles.width();
    packing = new LeftPacking(height);
  }

  /// As `Kernels.accumulateOuter`.
  void accumulate(float[] a, int ao, int as, float[] b, int bo, int bs, int depth, int rowFrom,
      int rowTo, int columns, float[] c, int co, int cs, Workspace workspace) {
    int rowBlock = ROW_BLOCK / height * height;
    int panels = (columns + width - 1) / width;
    float[] left = workspace.left(packing.length(rowBlock, DEPTH_BLOCK));
    float[] right = workspace.right(panels * (width * DEPTH_BLOCK + GAP)
        + height * width);
    for (int from = 0; from < depth; from += DEPTH_BLOCK) {
      int block = Math.min(DEPTH_BLOCK, depth - from);
      packRight(b, bo + from * bs, bs, block, columns, right);
      for (int i = rowFrom; i < rowTo; i += rowBlock) {
        int rows = Math.min(rowBlock, rowTo - i);
        packing.packColumns(a, ao + from * as + i, as, block, rows, left);
        multiply(left, rows, right, block, columns, c, co + i * cs, cs);
      }
    }
  }

  /// Packed rows times packed panels, added to C.
  private void multiply(float[] left, int rows, float[] right, int depth, int columns, float[] c,
      int co, int cs) {
    var tile = tiles.packed();
    int panel = width * depth + GAP;
    // Behind the panels there is room for a tile that sticks out over the end of C.
    int margin = (columns + width - 1) / width * panel;
    for (int j = 0, bo = 0; j < columns; j += width, bo += panel) {
      int valid = Math.min(width, columns - j);
      for (int i = 0, ao = 0; i < rows; i += height, ao += packing.offset(1, depth)) {
        int size = Math.min(height, rows - i);
        int to = co + i * cs + j;
        if (valid == width && size == height) {
          tile.run(left, ao, 1, right, bo, 0, depth, c, to, cs, true);
        } else {
          tile.run(left, ao, 1, right, bo, 0, depth, right, margin, width, false);
          VectorProducts.store(right, margin, width, size, valid, c, to, cs, true);
        }
      }
    }
  }

  /// B in panels: element r of row k of a panel is `B[k, j + r]`, zero beyond the last.
  private void packRight(float[] b, int bo, int bs, int depth, int columns, float[] right) {
    for (int k = 0; k < depth; k++) {
      int from = bo + k * bs;
      for (int j = 0, to = k * width; j < columns; j += width, to += width * depth + GAP) {
        int valid = Math.min(width, columns - j);
        System.arraycopy(b, from + j, right, to, valid);
        Arrays.fill(right, to + valid, to + width, 0);
      }
    }
  }
}
