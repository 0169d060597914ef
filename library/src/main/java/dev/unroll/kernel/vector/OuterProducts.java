package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;
import static dev.unroll.kernel.vector.Exact.FLOATS;

import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// `C += AᵀB`, where both are stored as rows of k: blocks of both are packed, so that tiles read
/// them from one end to the other.
final class OuterProducts {
  /// Rows of C whose columns of A stay in the second-level cache while all panels pass: 128 · 512
  /// floats, 256 KB.
  private static final int ROW_BLOCK = 128;

  /// The part of the depth that passes before the next panel, so that C leaves the cache once for
  /// it; the rows of A stay in the second-level cache.
  private static final int DEPTH_GROUP = 2 * DEPTH_BLOCK;

  /// The gap between packed panels in elements: their length is a multiple of 4 KB, so that without
  /// a gap all of them would compete for the same few lines of the first-level cache.
  private static final int GAP = 16;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

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

  /// Like `Kernels.accumulateOuter`: rows of A are packed once for all factors.
  void accumulate(float[] a, int ao, int as, int depth, int rowFrom, int rowTo,
      List<? extends RightFactor> factors, Workspace workspace) {
    int count = panels(factors);
    int group = Math.min(DEPTH_GROUP, (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK * DEPTH_BLOCK);
    int part = packing.length(ROW_BLOCK, DEPTH_BLOCK);
    float[] left = workspace.left(group / DEPTH_BLOCK * part);
    // After the panels there is memory for a tile that extends beyond the end of C.
    int margin = group / DEPTH_BLOCK * count * (width * DEPTH_BLOCK + GAP);
    float[] right = workspace.right(margin + height * width);
    for (int from = 0; from < depth; from += group) {
      int deep = Math.min(group, depth - from);
      int panel = 0;
      for (int k = 0; k < deep; k += DEPTH_BLOCK) {
        int block = Math.min(DEPTH_BLOCK, deep - k);
        // Iterators would be allocated in every training step.
        for (int f = 0; f < factors.size(); f++) {
          packRight(factors.get(f), from + k, block, right, panel);
          panel += panels(factors.get(f)) * (width * block + GAP);
        }
      }
      for (int i = rowFrom; i < rowTo; i += ROW_BLOCK) {
        int rows = Math.min(ROW_BLOCK, rowTo - i);
        for (int k = 0, lo = 0; k < deep; k += DEPTH_BLOCK, lo += part) {
          packing.packColumns(a, ao + (from + k) * as + i, as, Math.min(DEPTH_BLOCK, deep - k),
              rows, left, lo);
        }
        for (int f = 0, first = 0; f < factors.size(); first += panels(factors.get(f++))) {
          multiply(left, part, rows, right, first, count, margin, deep, factors.get(f), i);
        }
      }
    }
  }

  private int panels(RightFactor factor) {
    return (factor.columns() + width - 1) / width;
  }

  private int panels(List<? extends RightFactor> factors) {
    int panels = 0;
    for (int f = 0; f < factors.size(); f++) {
      panels += panels(factors.get(f));
    }
    return panels;
  }

  /// Packed rows, the first of which is row `first` of C, times the packed panels of a factor,
  /// added to its C.
  ///
  /// @param part the distance of the blocks of the depth in `left`
  /// @param panel the first panel of the factor
  /// @param panels all panels of a block of the depth
  private void multiply(float[] left, int part, int rows, float[] right, int panel, int panels,
      int margin, int depth, RightFactor factor, int first) {
    var tile = tiles.packed();
    float[] c = factor.c();
    int cs = factor.cStride();
    int co = factor.cOffset() + first * cs;
    for (int j = 0; j < factor.columns(); j += width, panel++) {
      int valid = Math.min(width, factor.columns() - j);
      for (int k = 0, lo = 0; k < depth; k += DEPTH_BLOCK, lo += part) {
        int block = Math.min(DEPTH_BLOCK, depth - k);
        int bo = k / DEPTH_BLOCK * panels * (width * DEPTH_BLOCK + GAP)
            + panel * (width * block + GAP);
        for (int i = 0, ao = lo; i < rows; i += height, ao += packing.offset(1, block)) {
          int size = Math.min(height, rows - i);
          int to = co + i * cs + j;
          if (valid == width && size == height) {
            tile.run(left, ao, 1, right, bo, 0, block, c, to, cs, true);
          } else {
            tile.run(left, ao, 1, right, bo, 0, block, right, margin, width, false);
            VectorProducts.store(right, margin, width, size, valid, c, to, cs, true);
          }
        }
      }
    }
  }

  /// Rows `[first, first + depth)` of B in panels: element r of row k of a panel is
  /// `B[first + k, j + r]`, zero beyond the last column.
  private void packRight(RightFactor factor, int first, int depth, float[] right, int offset) {
    int columns = factor.columns();
    for (int k = 0; k < depth; k++) {
      int from = factor.bOffset() + (first + k) * factor.bStride();
      int to = offset + k * width;
      for (int j = 0; j < columns; j += width, to += width * depth + GAP) {
        int valid = Math.min(width, columns - j);
        if (valid == width) {
          copy(factor.b(), from + j, right, to);
        } else {
          System.arraycopy(factor.b(), from + j, right, to, valid);
          Arrays.fill(right, to + valid, to + width, 0);
        }
      }
    }
  }

  /// A row of a panel, by vectors of the machine.
  private void copy(float[] from, int at, float[] to, int offset) {
    for (int j = 0; j < width; j += SPECIES.length()) {
      FLOATS.cast(FloatVector.fromArray(SPECIES, from, at + j)).intoArray(to, offset + j);
    }
  }
}
