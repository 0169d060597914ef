package dev.unroll.kernel.scalar;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.Workspace;
import java.util.List;

/// The kernels in plain Java.
public final class ScalarKernels implements Kernels {
  public static final Kernels INSTANCE = new ScalarKernels();

  private static final ThreadLocal<RowProducts> PRODUCTS =
      ThreadLocal.withInitial(RowProducts::new);

  private static final ThreadLocal<Workspace> UNPACKED = ThreadLocal.withInitial(Workspace::new);

  private static final ThreadLocal<RowFunctions> FUNCTIONS =
      ThreadLocal.withInitial(RowFunctions::new);

  private static final ThreadLocal<RowOperators> OPERATORS =
      ThreadLocal.withInitial(RowOperators::new);

  private ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public FloatPanels panels(int depth, int columns) {
    return new FloatPanels(depth, columns, width(columns));
  }

  @Override
  public SmallPanels panels(int depth, int columns, SmallKind kind) {
    return new SmallPanels(depth, columns, width(columns), kind);
  }

  /// The loops are longest if a panel has all columns.
  private static int width(int columns) {
    return Math.min(columns, RowProducts.WIDTH);
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
      boolean accumulate,
      boolean descending) {
    int width = b.width();
    b.check(width(b.columns()), columnFrom, columnTo);
    var products = PRODUCTS.get();
    for (int j = columnFrom; j < columnTo; j += width) {
      int columns = Math.min(width, columnTo - j);
      switch (b) {
        case FloatPanels floats -> products.multiply(a, aOffset, aStride, 1, rows, floats.data(),
            floats.offset(j / width), width, b.depth(), columns, c, cOffset + j, cStride,
            accumulate);
        case SmallPanels small -> {
          float[] unpacked = UNPACKED.get().right(width * b.depth());
          small.unpack(j / width, 0, width, 0, b.depth(), unpacked, 0);
          products.multiply(a, aOffset, aStride, 1, rows, unpacked, 0, width, b.depth(), columns, c,
              cOffset + j, cStride, accumulate);
        }
      }
    }
  }

  @Override
  public void accumulateOuter(
      float[] a,
      int aOffset,
      int aStride,
      int depth,
      int rowFrom,
      int rowTo,
      List<? extends RightFactor> factors,
      Workspace workspace) {
    var products = PRODUCTS.get();
    for (var factor : factors) {
      for (int j = 0; j < factor.columns(); j += RowProducts.WIDTH) {
        products.multiply(a, aOffset + rowFrom, 1, aStride, rowTo - rowFrom, factor.b(),
            factor.bOffset() + j, factor.bStride(), depth,
            Math.min(RowProducts.WIDTH, factor.columns() - j), factor.c(),
            factor.cOffset() + rowFrom * factor.cStride() + j, factor.cStride(), true);
      }
    }
  }

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    FUNCTIONS.get().apply(f, a, ao, y, yo, n);
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
    OPERATORS.get().combine(op, a, ao, aScalar, b, bo, bScalar, y, yo, n);
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return sum(a, ao, n, 0, 1);
  }

  @Override
  public void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    for (int j = 0; j < n; j++) {
      float sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += a[ao + i * aStride + j];
      }
      y[yo + j] += sum;
    }
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
