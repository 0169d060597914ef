package dev.unroll.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The layout in which the largest tiles read A: `height` rows at a time, k by k, so that a tile reads
/// one stream.
///
/// ```
/// A[i, k] = left[offset(i / height, depth) + k·height + i mod height]
/// ```
///
/// @param height the rows of a tile, 4 to 8
record LeftPacking(int height) {
  /// Elements between tiles: their length is a multiple of 4 KB, so that without a gap all of them
  /// would compete for the same few lines of the first-level cache.
  private static final int GAP = 16;

  /// The floats that some rows take.
  int length(int rows, int depth) {
    return offset((rows + height - 1) / height, depth);
  }

  /// Where a tile begins.
  int offset(int tile, int depth) {
    return tile * (height * depth + GAP);
  }

  /// Packs `A[i, k] = a[ao + i·as + k]`, whole tiles.
  void packRows(float[] a, int ao, int as, int rows, int depth, float[] left) {
    for (int i = 0; i < rows; i++) {
      int from = ao + i * as;
      int to = offset(i / height, depth) + i % height;
      for (int k = 0; k < depth; k++) {
        left[to + k * height] = a[from + k];
      }
    }
  }

  /// Packs `A[i, k] = a[ao + k·as + i]`, zero beyond the last row.
  void packColumns(float[] a, int ao, int as, int depth, int rows, float[] left) {
    int tile = offset(1, depth);
    int whole = rows / height;
    int overlap = height - 4;
    for (int k = 0; k < depth; k++) {
      int from = ao + k * as;
      int to = k * height;
      for (int t = 0; t < whole; t++) {
        FloatVector.fromArray(FloatVector.SPECIES_128, a, from).intoArray(left, to);
        if (overlap > 0) {
          FloatVector.fromArray(FloatVector.SPECIES_128, a, from + overlap)
              .intoArray(left, to + overlap);
        }
        from += height;
        to += tile;
      }
      if (whole * height < rows) {
        Arrays.fill(left, to, to + height, 0);
        System.arraycopy(a, from, left, to, rows - whole * height);
      }
    }
  }
}
