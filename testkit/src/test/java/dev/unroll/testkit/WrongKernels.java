package dev.unroll.testkit;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Panels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.SmallKind;
import dev.unroll.kernel.SmallPanels;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.provider.Providers;
import java.util.List;

/// Kernels with one small mistake: what one kernel computes is off by a part in a thousand.
///
/// @param mistake the name of a function, an operator or a method of the kernels
record WrongKernels(String mistake) implements Kernels {
  private static final float OFF = 1.001f;
  private static final Kernels RIGHT = Providers.scalar();

  @Override
  public String name() {
    return "wrong " + mistake;
  }

  @Override
  public FloatPanels panels(int depth, int columns) {
    return RIGHT.panels(depth, columns);
  }

  @Override
  public SmallPanels panels(int depth, int columns, SmallKind kind) {
    return RIGHT.panels(depth, columns, kind);
  }

  @Override
  public void multiply(float[] a, int aOffset, int aStride, int rows, Panels b, int columnFrom,
      int columnTo, float[] c, int cOffset, int cStride, boolean accumulate,
      boolean descending) {
    RIGHT.multiply(
        a, aOffset, aStride, rows, b, columnFrom, columnTo, c, cOffset, cStride, accumulate,
        descending);
    if (mistake.equals("multiply")) {
      c[cOffset + (rows - 1) * cStride + columnTo - 1] *= OFF;
    }
  }

  @Override
  public void accumulateOuter(float[] a, int aOffset, int aStride, int depth, int rowFrom,
      int rowTo, List<? extends RightFactor> factors, Workspace workspace) {
    RIGHT.accumulateOuter(a, aOffset, aStride, depth, rowFrom, rowTo, factors, workspace);
    if (mistake.equals("accumulateOuter") && rowTo > rowFrom) {
      var last = factors.getLast();
      last.c()[last.cOffset() + (rowTo - 1) * last.cStride() + last.columns() - 1] *= OFF;
    }
  }

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    RIGHT.apply(f, a, ao, y, yo, n);
    if (mistake.equals(f.name())) {
      y[yo + n - 1] *= OFF;
    }
  }

  @Override
  public void combine(Operator op, float[] a, int ao, boolean aScalar, float[] b, int bo,
      boolean bScalar, float[] y, int yo, int n) {
    RIGHT.combine(op, a, ao, aScalar, b, bo, bScalar, y, yo, n);
    if (mistake.equals(op.name())) {
      y[yo + n - 1] *= OFF;
    }
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return RIGHT.sum(a, ao, n) * (mistake.equals("sum") ? OFF : 1);
  }

  @Override
  public void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    RIGHT.addRows(a, ao, aStride, rows, y, yo, n);
    if (mistake.equals("addRows")) {
      y[yo + n - 1] *= OFF;
    }
  }
}
