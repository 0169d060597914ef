package dev.unroll.kernel.scalar;

import dev.unroll.expr.Function;
import dev.unroll.expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.Workspace;

/// The kernels in plain Java.
public final class ScalarKernels implements Kernels {
  public static final Kernels INSTANCE = new ScalarKernels();

  /// Eight independent sums keep the multiply-add units of one core busy.
  private static final int WIDTH = 8;

  private ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Panels panels(int depth, int columns) {
    return new Panels(depth, columns, WIDTH);
  }

  @Override
  public void multiply(
      float[] a,
      int aOffset,
      int aStride,
      int rows,
      Panels b,
      int columnFrom,
      int columnTo,
      float[] c,
      int cOffset,
      int cStride,
      boolean accumulate) {
    b.check(WIDTH, columnFrom, columnTo);
    for (int j = columnFrom; j < columnTo; j += WIDTH) {
      int panel = b.offset(j / WIDTH);
      int valid = Math.min(WIDTH, columnTo - j);
      for (int k = 0; k < b.depth(); k += DEPTH_BLOCK) {
        int depth = Math.min(DEPTH_BLOCK, b.depth() - k);
        boolean add = accumulate || k > 0;
        for (int i = 0; i < rows; i++) {
          int to = cOffset + i * cStride + j;
          block(a, aOffset + i * aStride + k, b.data(), panel + k * WIDTH, depth, c, to, valid,
              add);
        }
      }
    }
  }

  @Override
  public void accumulateOuter(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      int bStride,
      int depth,
      int rowFrom,
      int rowTo,
      int columns,
      float[] c,
      int cOffset,
      int cStride,
      Workspace workspace) {
    int panels = (columns + WIDTH - 1) / WIDTH;
    float[] row = workspace.left(DEPTH_BLOCK);
    float[] packed = workspace.right(panels * WIDTH * DEPTH_BLOCK);
    for (int from = 0; from < depth; from += DEPTH_BLOCK) {
      int block = Math.min(DEPTH_BLOCK, depth - from);
      for (int k = 0; k < block; k++) {
        int source = bOffset + (from + k) * bStride;
        for (int j = 0; j < columns; j++) {
          packed[(j / WIDTH * block + k) * WIDTH + j % WIDTH] = b[source + j];
        }
      }
      for (int i = rowFrom; i < rowTo; i++) {
        for (int k = 0; k < block; k++) {
          row[k] = a[aOffset + (from + k) * aStride + i];
        }
        for (int j = 0; j < columns; j += WIDTH) {
          int to = cOffset + i * cStride + j;
          block(row, 0, packed, j * block, block, c, to, Math.min(WIDTH, columns - j), true);
        }
      }
    }
  }

  /// One row of A times one panel of B over one block of the depth.
  private static void block(
      float[] a, int ao, float[] b, int bo, int depth, float[] c, int co, int valid, boolean add) {
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
      int at = bo + k * WIDTH;
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

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    ScalarFunctions.apply(f, a, ao, y, yo, n);
  }

  @Override
  public void combine(
      Operator op,
      float[] a,
      int ao,
      boolean aScalar,
      float[] b,
      int bo,
      boolean bScalar,
      float[] y,
      int yo,
      int n) {
    float a0 = n > 0 ? a[ao] : 0;
    float b0 = n > 0 ? b[bo] : 0;
    for (int i = 0; i < n; i++) {
      float u = aScalar ? a0 : a[ao + i];
      float v = bScalar ? b0 : b[bo + i];
      y[yo + i] = ScalarFunctions.combine(op, u, v);
    }
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return sum(a, ao, n, 0, 1);
  }

  /// The sum of the elements whose index is `residue` modulo `modulus`, a power of two up to 16.
  private static float sum(float[] a, int ao, int n, int residue, int modulus) {
    if (modulus < 16) {
      return sum(a, ao, n, residue, 2 * modulus) + sum(a, ao, n, residue + modulus, 2 * modulus);
    }
    float sum = 0;
    for (int i = residue; i < n; i += 16) {
      sum += a[ao + i];
    }
    return sum;
  }
}
