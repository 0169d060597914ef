package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Workspace;

/// `C (+)= A·B` with B in panels: walks over rows, panels and blocks of the depth, and leaves the
/// sums to tiles.
final class VectorProducts {
  /// Rows of A that share a panel which has been read.
  private static final int ROW_BLOCK = 128;

  /// The number of panels from which the gain of reading one stream instead of one for each row is
  /// worth packing A.
  private static final int PACKED_FROM = 8;

  /// Up to this many floats, weights are read fastest from as many panels at once as a tile takes;
  /// larger ones, which come from beyond the second-level cache, from [#STREAMS] (decision 13).
  private static final int FEW_WEIGHTS = 1 << 18;

  private static final int STREAMS = 4;

  /// Up to this many floats, 4 MB, weights stay in the third-level cache while all rows pass. If
  /// there are more, some columns and a part of the depth are used for all rows before the next
  /// ones (decision 14).
  private static final int NEAR_WEIGHTS = 1 << 20;

  private static final int NEAR_COLUMNS = 1024;

  private final TileSet tiles;
  private final int height;
  private final int width;
  private final LeftPacking packing;

  /// The part of the depth that passes before the next panel, so that C leaves the cache once for
  /// it. The rows stay in the second-level cache: 512 KB of them on processors with 32 vector
  /// registers, which have 1 MB and more, else 256 KB.
  private final int depthGroup;

  /// Memory for packed rows; its right side is for a tile that extends beyond the end of C.
  private final ThreadLocal<Workspace> rooms = ThreadLocal.withInitial(Workspace::new);

  VectorProducts(TileSet tiles) {
    this.tiles = tiles;
    height = tiles.rows();
    width = tiles.width();
    packing = new LeftPacking(height);
    depthGroup = height == 8 ? 2 * DEPTH_BLOCK : DEPTH_BLOCK;
  }

  /// Like `Kernels.multiply`; the panels have been checked.
  void multiply(float[] a, int ao, int as, int rows, FloatPanels b, int columnFrom, int columnTo,
      float[] c, int co, int cs, boolean accumulate, boolean descending) {
    int tall = rows / height * height;
    boolean large = (long) b.depth() * (columnTo - columnFrom) > NEAR_WEIGHTS && tall > ROW_BLOCK;
    int columns = large ? part(columnTo - columnFrom, NEAR_COLUMNS, width) : columnTo - columnFrom;
    int depth = large ? part(b.depth(), depthGroup, DEPTH_BLOCK) : b.depth();
    for (int j = columnFrom; j < columnTo && tall > 0; j += columns) {
      for (int k = 0; k < b.depth(); k += depth) {
        blocks(a, ao + k, as, tall, b, k, Math.min(depth, b.depth() - k), j,
            Math.min(j + columns, columnTo), c, co, cs, accumulate || k > 0);
      }
    }
    for (int row = tall; row < rows; row += tiles.wideRows()) {
      int few = Math.min(tiles.wideRows(), rows - row);
      wide(a, ao + row * as, as, few, b, columnFrom, columnTo, c, co + row * cs, cs, accumulate,
          descending);
    }
  }

  /// The length of parts that divide n evenly, about as long as wanted, each a multiple of a unit.
  private static int part(int n, int wanted, int unit) {
    int units = (n + unit - 1) / unit;
    int parts = Math.max(1, Math.round((float) n / wanted));
    return (units + parts - 1) / parts * unit;
  }

  /// Blocks of rows, one after the other, pass over a part of the depth.
  private void blocks(float[] a, int ao, int as, int rows, FloatPanels b, int first, int depth,
      int columnFrom, int columnTo, float[] c, int co, int cs, boolean add) {
    int blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    int row = 0;
    for (int block = 1; block <= blocks; block++) {
      int end = (int) ((long) rows * block / blocks) / height * height;
      for (int k = 0; k < depth; k += depthGroup) {
        tall(a, ao + row * as + k, as, end - row, b, first + k, Math.min(depthGroup, depth - k),
            columnFrom, columnTo, c, co + row * cs, cs, add || k > 0);
      }
      row = end;
    }
  }

  /// Each panel stays in the first-level cache while the rows pass in the largest tiles, and their
  /// C in the second-level cache while the depth passes.
  private void tall(float[] a, int ao, int as, int rows, FloatPanels b, int first, int depth,
      int columnFrom, int columnTo, float[] c, int co, int cs, boolean add) {
    boolean packed = columnTo - columnFrom >= PACKED_FROM * width;
    int block = packing.length(rows, Math.min(DEPTH_BLOCK, depth));
    float[] left = a;
    if (packed) {
      left = rooms.get().left((depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK * block);
      for (int k = 0, to = 0; k < depth; k += DEPTH_BLOCK, to += block) {
        packing.packRows(a, ao + k, as, rows, Math.min(DEPTH_BLOCK, depth - k), left, to);
      }
    }
    var tile = packed ? tiles.packed() : tiles.tile(height, 1);
    for (int j = columnFrom; j < columnTo; j += width) {
      int valid = Math.min(width, columnTo - j);
      for (int k = 0, from = 0; k < depth; k += DEPTH_BLOCK, from += block) {
        int deep = Math.min(DEPTH_BLOCK, depth - k);
        int bo = b.offset(j / width) + (first + k) * width;
        int at = packed ? from : ao + k;
        int next = packed ? packing.offset(1, deep) : height * as;
        int to = co + j;
        for (int i = 0; i < rows; i += height, at += next, to += height * cs) {
          if (valid == width) {
            tile.run(left, at, packed ? 1 : as, b.data(), bo, 0, deep, c, to, cs, add || k > 0);
          } else {
            float[] margin = rooms.get().right(height * width);
            tile.run(left, at, packed ? 1 : as, b.data(), bo, 0, deep, margin, 0, width, false);
            store(margin, 0, width, height, valid, c, to, cs, add || k > 0);
          }
        }
      }
    }
  }

  /// A few rows pass over several panels at once.
  private void wide(float[] a, int ao, int as, int rows, FloatPanels b, int columnFrom,
      int columnTo,
      float[] c, int co, int cs, boolean add, boolean descending) {
    int first = columnFrom / width;
    int count = columnTo / width - first;
    int weights = b.depth() * (columnTo - columnFrom);
    int most = Math.min(tiles.panels(rows), weights > FEW_WEIGHTS ? STREAMS : Integer.MAX_VALUE);
    int groups = (count + most - 1) / most;
    boolean rest = columnTo % width != 0;
    if (rest && descending) {
      margin(a, ao, as, rows, b, columnTo, c, co, cs, add);
    }
    for (int i = 0; i < groups; i++) {
      int group = descending ? groups - 1 - i : i;
      int from = first + count * group / groups;
      int panels = first + count * (group + 1) / groups - from;
      var tile = tiles.tile(rows, panels);
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        tile.run(a, ao + k, as, b.data(), b.offset(from) + k * width, b.depth() * width,
            Math.min(DEPTH_BLOCK, b.depth() - k), c, co + from * width, cs, add || k > 0);
      }
    }
    if (rest && !descending) {
      margin(a, ao, as, rows, b, columnTo, c, co, cs, add);
    }
  }

  /// The last panel, which extends beyond the end of C.
  private void margin(float[] a, int ao, int as, int rows, FloatPanels b, int columnTo, float[] c,
      int co,
      int cs, boolean add) {
    int panel = columnTo / width;
    float[] margin = rooms.get().right(rows * width);
    for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
      tiles.tile(rows, 1).run(a, ao + k, as, b.data(), b.offset(panel) + k * width, 0,
          Math.min(DEPTH_BLOCK, b.depth() - k), margin, 0, width, false);
      store(margin, 0, width, rows, columnTo - panel * width, c, co + panel * width, cs,
          add || k > 0);
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
