package dev.unroll.inspect.step;

import dev.unroll.tensor.Rows;

/// Euclidean norms of the steps of a sequence `[T, B, n]`, in double, each value read once: of the
/// rows of a [dev.unroll.layer.probe.Probe] , cheap enough for every step of training.
public final class StepNorms {
  private StepNorms() {}

  /// The norms over all samples of each step, `[T]`.
  ///
  /// @param rows `[T, B, n]`
  public static double[] ofSteps(Rows rows, int steps, int batch) {
    var norms = new double[steps];
    int n = batch * rows.columns();
    for (int t = 0; t < steps; t++) {
      norms[t] = of(rows.array(), rows.offset() + t * n, n);
    }
    return norms;
  }

  /// The norm of sample b at step t.
  public static double ofSample(Rows rows, int t, int b, int batch) {
    int n = rows.columns();
    return of(rows.array(), rows.offset() + (t * batch + b) * n, n);
  }

  /// Four independent sums, which a processor can compute in parallel.
  private static double of(float[] a, int from, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (int end = from + n - n % 4; i < end; i += 4) {
      s0 += (double) a[i] * a[i];
      s1 += (double) a[i + 1] * a[i + 1];
      s2 += (double) a[i + 2] * a[i + 2];
      s3 += (double) a[i + 3] * a[i + 3];
    }
    for (; i < from + n; i++) {
      s0 += (double) a[i] * a[i];
    }
    return Math.sqrt(s0 + s1 + (s2 + s3));
  }
}
