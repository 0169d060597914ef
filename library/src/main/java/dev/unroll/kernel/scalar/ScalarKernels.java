package dev.unroll.kernel.scalar;

import dev.unroll.expr.Function;
import dev.unroll.expr.Operator;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.Workspace;

/// The kernels in plain Java.
public final class ScalarKernels implements Kernels {
  public static final Kernels INSTANCE = new ScalarKernels();

  private static final int WIDTH = PlainProducts.WIDTH;

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
    PlainProducts.multiply(a, aOffset, aStride, rows, b, columnFrom, columnTo, c, cOffset, cStride,
        accumulate);
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
          PlainProducts.block(row, 0, packed, j * block, WIDTH, block, c, to,
              Math.min(WIDTH, columns - j), true);
        }
      }
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
