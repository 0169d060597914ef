package dev.unroll.kernel.scalar;

import static dev.unroll.kernel.Kernels.DEPTH_BLOCK;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.SmallPanels;

/// `C (+)= A·B` in plain Java, for panels of any provider.
public final class PlainProducts {
  /// Eight independent sums keep the multiply-add units of one core busy.
  static final int WIDTH = 8;

  private static final ThreadLocal<float[]> UNPACKED =
      ThreadLocal.withInitial(() -> new float[DEPTH_BLOCK * WIDTH]);

  private PlainProducts() {}

  /// As [dev.unroll.kernel.Kernels#multiply]; the panels have been checked.
  ///
  /// @param b its width is a multiple of 8
  public static void multiply(float[] a, int aOffset, int aStride, int rows, Panels b,
      int columnFrom, int columnTo, float[] c, int cOffset, int cStride, boolean accumulate) {
    for (int j = columnFrom; j < columnTo; j += WIDTH) {
      int valid = Math.min(WIDTH, columnTo - j);
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        int depth = Math.min(DEPTH_BLOCK, b.depth() - k);
        boolean add = accumulate || k > 0;
        switch (b) {
          case FloatPanels floats -> {
            int width = b.width();
            int at = floats.offset(j / width) + j % width + k * width;
            block(a, aOffset + k, aStride, rows, floats.data(), at, width, depth, c, cOffset + j,
                cStride, valid, add);
          }
          case SmallPanels small -> {
            float[] unpacked = UNPACKED.get();
            small.unpack(j / b.width(), j % b.width(), WIDTH, k, k + depth, unpacked, 0);
            block(a, aOffset + k, aStride, rows, unpacked, 0, WIDTH, depth, c, cOffset + j, cStride,
                valid, add);
          }
        }
      }
    }
  }

  private static void block(float[] a, int ao, int as, int rows, float[] b, int bo, int pitch,
      int depth, float[] c, int co, int cs, int valid, boolean add) {
    for (int i = 0; i < rows; i++) {
      block(a, ao + i * as, b, bo, pitch, depth, c, co + i * cs, valid, add);
    }
  }

  /// One row of A times eight columns of B, whose rows are `pitch` apart, over one block of the
  /// depth.
  static void block(float[] a, int ao, float[] b, int bo, int pitch, int depth, float[] c, int co,
      int valid, boolean add) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int k = 0; k < depth; k++) {
      float x = a[ao + k];
      int at = bo + k * pitch;
      s0 = Math.fma(x, b[at], s0);
      s1 = Math.fma(x, b[at + 1], s1);
      s2 = Math.fma(x, b[at + 2], s2);
      s3 = Math.fma(x, b[at + 3], s3);
      s4 = Math.fma(x, b[at + 4], s4);
      s5 = Math.fma(x, b[at + 5], s5);
      s6 = Math.fma(x, b[at + 6], s6);
      s7 = Math.fma(x, b[at + 7], s7);
    }
    store(c, co, 0 < valid, add, s0);
    store(c, co + 1, 1 < valid, add, s1);
    store(c, co + 2, 2 < valid, add, s2);
    store(c, co + 3, 3 < valid, add, s3);
    store(c, co + 4, 4 < valid, add, s4);
    store(c, co + 5, 5 < valid, add, s5);
    store(c, co + 6, 6 < valid, add, s6);
    store(c, co + 7, 7 < valid, add, s7);
  }

  private static void store(float[] c, int at, boolean valid, boolean add, float sum) {
    if (valid) {
      c[at] = add ? c[at] + sum : sum;
    }
  }
}
