package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS_128;
import static dev.unroll.kernel.vector.Exact.FLOATS_256;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The layout in which the largest tiles read A: `height` rows at a time, k by k, so that a tile
/// reads one stream.
///
/// ```
/// A[i, k] = left[offset(i / height, depth) + k·height + i mod height]
/// ```
///
/// @param height the rows of a tile, 4 or 8
record LeftPacking(int height) {
  /// The gap between tiles in elements: their length is a multiple of 4 KB, so that without a gap
  /// all of them would compete for the same few lines of the first-level cache.
  private static final int GAP = 16;

  /// Whether eight elements are one vector of the machine.
  private static final boolean HAS_EIGHT = FloatVector.SPECIES_PREFERRED.length() >= 8;

  /// The number of floats of some rows.
  int length(int rows, int depth) {
    return offset((rows + height - 1) / height, depth);
  }

  /// The start of a tile.
  int offset(int tile, int depth) {
    return tile * (height * depth + GAP);
  }

  /// Packs `A[i, k] = a[ao + i·as + k]`, in whole tiles, the first of which begins at `lo`.
  void packRows(float[] a, int ao, int as, int rows, int depth, float[] left, int lo) {
    int whole = Interleaving.whole(height, depth);
    for (int i = 0; i < rows; i += height) {
      int from = ao + i * as;
      int to = lo + offset(i / height, depth);
      // With a constant distance C2 checks bounds once; the writes fill whole cache lines.
      if (height == 8) {
        Interleaving.eight(a, from, as, whole, left, to);
        packEight(a, from, as, whole, depth, left, to);
      } else {
        Interleaving.four(a, from, as, whole, left, to);
        packFour(a, from, as, whole, depth, left, to);
      }
    }
  }

  private static void packEight(float[] a, int r0, int as, int first, int depth, float[] left,
      int to) {
    int r1 = r0 + as;
    int r2 = r1 + as;
    int r3 = r2 + as;
    int r4 = r3 + as;
    int r5 = r4 + as;
    int r6 = r5 + as;
    int r7 = r6 + as;
    for (int k = first; k < depth; k++) {
      int at = to + 8 * k;
      left[at] = a[r0 + k];
      left[at + 1] = a[r1 + k];
      left[at + 2] = a[r2 + k];
      left[at + 3] = a[r3 + k];
      left[at + 4] = a[r4 + k];
      left[at + 5] = a[r5 + k];
      left[at + 6] = a[r6 + k];
      left[at + 7] = a[r7 + k];
    }
  }

  private static void packFour(float[] a, int r0, int as, int first, int depth, float[] left,
      int to) {
    int r1 = r0 + as;
    int r2 = r1 + as;
    int r3 = r2 + as;
    for (int k = first; k < depth; k++) {
      int at = to + 4 * k;
      left[at] = a[r0 + k];
      left[at + 1] = a[r1 + k];
      left[at + 2] = a[r2 + k];
      left[at + 3] = a[r3 + k];
    }
  }

  /// Packs `A[i, k] = a[ao + k·as + i]`, zero beyond the last row; the first tile begins at `lo`.
  void packColumns(float[] a, int ao, int as, int depth, int rows, float[] left, int lo) {
    int tile = offset(1, depth);
    int pairs = Interleaving.pairs(a, ao, as, depth, rows, height, left, lo, tile);
    int whole = rows / height;
    int odd = depth - depth % 2;
    for (int k = pairs * height == rows ? odd : 0; k < depth; k++) {
      int done = k < odd ? pairs : 0;
      int from = ao + k * as + done * height;
      int to = lo + done * tile + k * height;
      for (int t = done; t < whole; t++, from += height, to += tile) {
        copy(a, from, left, to);
      }
      if (whole * height < rows) {
        Arrays.fill(left, to, to + height, 0);
        System.arraycopy(a, from, left, to, rows - whole * height);
      }
    }
  }

  /// Copies the elements of one k of a tile.
  private void copy(float[] a, int from, float[] left, int to) {
    if (height == 8 && HAS_EIGHT) {
      FLOATS_256.cast(FloatVector.fromArray(FloatVector.SPECIES_256, a, from)).intoArray(left, to);
    } else {
      FLOATS_128.cast(FloatVector.fromArray(FloatVector.SPECIES_128, a, from)).intoArray(left, to);
      if (height > 4) {
        FLOATS_128.cast(FloatVector.fromArray(FloatVector.SPECIES_128, a, from + height - 4))
            .intoArray(left, to + height - 4);
      }
    }
  }
}
