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
    float[] left = workspace.left(packing.length(ROW_BLOCK, DEPTH_BLOCK));
    float[] right = workspace.right(count * (width * DEPTH_BLOCK + GAP) + height * width);
    for (int from = 0; from < depth; from += DEPTH_BLOCK) {
      int block = Math.min(DEPTH_BLOCK, depth - from);
      // After the panels there is memory for a tile that extends beyond the end of C.
      int margin = count * (width * block + GAP);
      int panel = 0;
      // Iterators would be allocated in every training step.
      for (int f = 0; f < factors.size(); f++) {
        packRight(factors.get(f), from, block, right, panel);
        panel += panels(factors.get(f)) * (width * block + GAP);
      }
      for (int i = rowFrom; i < rowTo; i += ROW_BLOCK) {
        int rows = Math.min(ROW_BLOCK, rowTo - i);
        packing.packColumns(a, ao + from * as + i, as, block, rows, left);
        panel = 0;
        for (int f = 0; f < factors.size(); f++) {
          multiply(left, rows, right, panel, margin, block, factors.get(f), i);
          panel += panels(factors.get(f)) * (width * block + GAP);
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
  private void multiply(float[] left, int rows, float[] right, int from, int margin, int depth,
      RightFactor factor, int first) {
    var tile = tiles.packed();
    float[] c = factor.c();
    int cs = factor.cStride();
    int co = factor.cOffset() + first * cs;
    int bo = from;
    for (int j = 0; j < factor.columns(); j += width, bo += width * depth + GAP) {
      int valid = Math.min(width, factor.columns() - j);
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
