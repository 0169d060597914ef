package dev.unroll.kernel.scalar;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;

import java.util.Arrays;

/// `C (+)= A·B` in plain Java, in the one shape that C2 turns into vector instructions by itself: a
/// loop in which all arrays have the same index. So some rows of B are copied into arrays of their
/// own, and the sums of a row of C are an array as well. Four k at once, so that sums are loaded
/// and stored once for four multiply-adds, by two rows at once, so that what was loaded of B serves
/// twice. More of either gain little with 32 vector registers and lose with 16.
///
/// Not thread-safe: its arrays are scratch memory.
final class RowProducts {
  /// The largest number of columns at once.
  static final int WIDTH = 512;

  /// The rows of C that share copied rows of B. With half of them copying takes a quarter of the
  /// time, though their sums then fit into the first-level cache of any processor.
  private static final int ROWS = 16;

  private final float[][] sums = new float[ROWS][WIDTH];
  private final float[] b0 = new float[WIDTH];
  private final float[] b1 = new float[WIDTH];
  private final float[] b2 = new float[WIDTH];
  private final float[] b3 = new float[WIDTH];

  /// `C[i, j] (+)= Σₖ A[i, k]·B[k, j]` for `i < rows` and `j < columns`, at most [#WIDTH] columns.
  ///
  /// @param a holds `A[i, k]` at `ao + i·aRow + k·aDepth`
  /// @param b holds `B[k, j]` at `bo + k·bDepth + j`
  /// @param c holds `C[i, j]` at `co + i·cRow + j`
  void multiply(float[] a, int ao, int aRow, int aDepth, int rows, float[] b, int bo, int bDepth,
      int depth, int columns, float[] c, int co, int cRow, boolean accumulate) {
    for (int i = 0; i < rows; i += ROWS) {
      int n = Math.min(ROWS, rows - i);
      for (int k = 0; k < depth; k += DEPTH_BLOCK) {
        int block = Math.min(DEPTH_BLOCK, depth - k);
        sum(a, ao + i * aRow + k * aDepth, aRow, aDepth, n, b, bo + k * bDepth, bDepth, block,
            columns);
        for (int r = 0; r < n; r++) {
          store(sums[r], c, co + (i + r) * cRow, columns, accumulate || k > 0);
        }
      }
    }
  }

  private void sum(float[] a, int ao, int aRow, int aDepth, int rows, float[] b, int bo,
      int bDepth, int depth, int columns) {
    for (int r = 0; r < rows; r++) {
      Arrays.fill(sums[r], 0, columns, 0f);
    }
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      int from = bo + k * bDepth;
      System.arraycopy(b, from, b0, 0, columns);
      System.arraycopy(b, from + bDepth, b1, 0, columns);
      System.arraycopy(b, from + 2 * bDepth, b2, 0, columns);
      System.arraycopy(b, from + 3 * bDepth, b3, 0, columns);
      int r = 0;
      for (int at = ao + k * aDepth; r + 2 <= rows; r += 2, at += 2 * aRow) {
        int under = at + aRow;
        add(sums[r], sums[r + 1], b0, b1, b2, b3, a[at], a[at + aDepth], a[at + 2 * aDepth],
            a[at + 3 * aDepth], a[under], a[under + aDepth], a[under + 2 * aDepth],
            a[under + 3 * aDepth], columns);
      }
      if (r < rows) {
        int at = ao + r * aRow + k * aDepth;
        add(sums[r], b0, b1, b2, b3, a[at], a[at + aDepth], a[at + 2 * aDepth], a[at + 3 * aDepth],
            columns);
      }
    }
    for (; k < depth; k++) {
      System.arraycopy(b, bo + k * bDepth, b0, 0, columns);
      for (int r = 0; r < rows; r++) {
        add(sums[r], b0, a[ao + r * aRow + k * aDepth], columns);
      }
    }
  }

  /// Loads come before stores, as C2 must assume that these could be the same arrays.
  private static void add(float[] s, float[] t, float[] b0, float[] b1, float[] b2, float[] b3,
      float x0, float x1, float x2, float x3, float y0, float y1, float y2, float y3, int n) {
    for (int j = 0; j < n; j++) {
      float u = s[j];
      float v = t[j];
      float c0 = b0[j];
      float c1 = b1[j];
      float c2 = b2[j];
      float c3 = b3[j];
      s[j] = Math.fma(x3, c3, Math.fma(x2, c2, Math.fma(x1, c1, Math.fma(x0, c0, u))));
      t[j] = Math.fma(y3, c3, Math.fma(y2, c2, Math.fma(y1, c1, Math.fma(y0, c0, v))));
    }
  }

  private static void add(float[] sums, float[] b0, float[] b1, float[] b2, float[] b3, float x0,
      float x1, float x2, float x3, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] = Math.fma(x3, b3[j],
          Math.fma(x2, b2[j], Math.fma(x1, b1[j], Math.fma(x0, b0[j], sums[j]))));
    }
  }

  private static void add(float[] sums, float[] b, float x, int n) {
    for (int j = 0; j < n; j++) {
      sums[j] = Math.fma(x, b[j], sums[j]);
    }
  }

  private void store(float[] sums, float[] c, int co, int n, boolean add) {
    if (add) {
      System.arraycopy(c, co, b0, 0, n);
      for (int j = 0; j < n; j++) {
        sums[j] = b0[j] + sums[j];
      }
    }
    System.arraycopy(sums, 0, c, co, n);
  }
}
