package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;

import dev.unroll.kernel.Panels;
import dev.unroll.kernel.Workspace;

/// `C (+)= A·B` with B in panels: walks over rows, panels and blocks of the depth, and leaves the sums
/// to tiles.
final class VectorProducts {
  /// Rows of A that stay in the second-level cache while all panels pass: 96 · 512 floats, 192 KB.
  private static final int ROW_BLOCK = 96;

  /// From so many panels on, the few per cent that tiles gain if they read one stream instead of one
  /// for each row are worth packing A.
  private static final int PACKED_FROM = 8;

  private final TileSet tiles;
  private final int width;
  private final LeftPacking packing;

  /// Room for packed rows; on its right side a tile that sticks out over the end of C is computed first.
  private final ThreadLocal<Workspace> rooms = ThreadLocal.withInitial(Workspace::new);

  VectorProducts(TileSet tiles) {
    this.tiles = tiles;
    width = tiles.width();
    packing = new LeftPacking(tiles.rows());
  }

  /// As `Kernels.multiply`; the panels have been checked.
  void multiply(float[] a, int ao, int as, int rows, Panels b, int columnFrom, int columnTo,
      float[] c, int co, int cs, boolean accumulate) {
    for (int i = 0; i < rows; i += ROW_BLOCK) {
      int n = Math.min(ROW_BLOCK, rows - i);
      int tall = n - n % tiles.rows();
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        int depth = Math.min(DEPTH_BLOCK, b.depth() - k);
        boolean add = accumulate || k > 0;
        int from = ao + i * as + k;
        int to = co + i * cs;
        if (tall > 0) {
          tall(a, from, as, tall, b, k, depth, columnFrom, columnTo, c, to, cs, add);
        }
        for (int r = tall; r < n;) {
          int few = Math.min(tiles.wideRows(), n - r);
          wide(a, from + r * as, as, few, b, k, depth, columnFrom, columnTo, c, to + r * cs, cs,
              add);
          r += few;
        }
      }
    }
  }

  /// Each panel stays in the first-level cache while the rows pass in the largest tiles.
  private void tall(float[] a, int ao, int as, int rows, Panels b, int k, int depth,
      int columnFrom, int columnTo, float[] c, int co, int cs, boolean add) {
    int height = tiles.rows();
    boolean packed = columnTo - columnFrom >= PACKED_FROM * width;
    var tile = packed ? tiles.packed() : tiles.tile(height, 1);
    float[] left = a;
    if (packed) {
      left = rooms.get().left(packing.length(rows, DEPTH_BLOCK));
      packing.packRows(a, ao, as, rows, depth, left);
    }
    int stride = packed ? 1 : as;
    for (int j = columnFrom; j < columnTo; j += width) {
      int bo = b.offset(j / width) + k * width;
      int valid = Math.min(width, columnTo - j);
      for (int i = 0; i < rows; i += height) {
        int from = packed ? packing.offset(i / height, depth) : ao + i * as;
        int to = co + i * cs + j;
        if (valid == width) {
          tile.run(left, from, stride, b.data(), bo, 0, depth, c, to, cs, add);
        } else {
          float[] margin = rooms.get().right(height * width);
          tile.run(left, from, stride, b.data(), bo, 0, depth, margin, 0, width, false);
          store(margin, 0, width, height, valid, c, to, cs, add);
        }
      }
    }
  }

  /// A few rows pass over as many panels at once as a tile takes.
  private void wide(float[] a, int ao, int as, int rows, Panels b, int k, int depth,
      int columnFrom, int columnTo, float[] c, int co, int cs, boolean add) {
    int panel = columnFrom / width;
    int end = columnTo / width;
    int most = tiles.panels(rows);
    int stride = b.depth() * width;
    for (int left = (end - panel + most - 1) / most; left > 0; left--) {
      int panels = (end - panel) / left;
      tiles.tile(rows, panels).run(a, ao, as, b.data(), b.offset(panel) + k * width, stride, depth,
          c, co + panel * width, cs, add);
      panel += panels;
    }
    int rest = columnTo - end * width;
    if (rest > 0) {
      float[] margin = rooms.get().right(rows * width);
      tiles.tile(rows, 1).run(a, ao, as, b.data(), b.offset(end) + k * width, stride, depth,
          margin, 0, width, false);
      store(margin, 0, width, rows, rest, c, co + end * width, cs, add);
    }
  }

  /// Copies the valid part of a tile to C, or adds it.
  static void store(float[] tile, int from, int width, int rows, int columns, float[] c, int co,
      int cs, boolean add) {
    for (int i = 0; i < rows; i++) {
      int to = co + i * cs;
      for (int j = 0; j < columns; j++) {
        float sum = tile[from + i * width + j];
        c[to + j] = add ? c[to + j] + sum : sum;
      }
    }
  }
}
