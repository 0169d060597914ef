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

/// Products in plain Java, elementwise stages emitted for vectors of `lanes` floats, which need not
/// be what this machine has.
record EmittedKernels(int lanes) implements Kernels {
  private static final Kernels PLAIN = Providers.scalar();

  @Override
  public String name() {
    return "emitted " + lanes * Float.SIZE + " bit";
  }

  @Override
  public FloatPanels panels(int depth, int columns) {
    return PLAIN.panels(depth, columns);
  }

  @Override
  public SmallPanels panels(int depth, int columns, SmallKind kind) {
    return PLAIN.panels(depth, columns, kind);
  }

  @Override
  public void multiply(float[] a, int aOffset, int aStride, int rows, Panels b, int columnFrom,
      int columnTo, float[] c, int cOffset, int cStride, boolean accumulate,
      boolean descending) {
    PLAIN.multiply(
        a, aOffset, aStride, rows, b, columnFrom, columnTo, c, cOffset, cStride, accumulate,
        descending);
  }

  @Override
  public void accumulateOuter(float[] a, int aOffset, int aStride, int depth, int rowFrom,
      int rowTo, List<? extends RightFactor> factors, Workspace workspace) {
    PLAIN.accumulateOuter(a, aOffset, aStride, depth, rowFrom, rowTo, factors, workspace);
  }

  @Override
  public void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    PLAIN.apply(f, a, ao, y, yo, n);
  }

  @Override
  public void combine(Operator op, float[] a, int ao, boolean aScalar, float[] b, int bo,
      boolean bScalar, float[] y, int yo, int n) {
    PLAIN.combine(op, a, ao, aScalar, b, bo, bScalar, y, yo, n);
  }

  @Override
  public float sum(float[] a, int ao, int n) {
    return PLAIN.sum(a, ao, n);
  }

  @Override
  public void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    PLAIN.addRows(a, ao, aStride, rows, y, yo, n);
  }
}
