package dev.unroll.kernel.scalar;

import dev.unroll.expr.Expr.Operator;
import java.util.Arrays;

/// The operators on whole rows in plain Java, in loops that C2 turns into vector instructions by
/// itself: over arrays with the same index, to which the operands are copied.
///
/// Not thread-safe: its arrays are scratch memory.
final class RowOperators {
  private static final int WIDTH = 256;

  private final float[] u = new float[WIDTH];
  private final float[] v = new float[WIDTH];

  /// Like [dev.unroll.kernel.Kernels#combine].
  void combine(Operator op, float[] a, int ao, boolean aScalar, float[] b, int bo,
      boolean bScalar, float[] y, int yo, int n) {
    // Read before y is written, which may be a or b.
    float a0 = n > 0 ? a[ao] : 0;
    float b0 = n > 0 ? b[bo] : 0;
    for (int i = 0; i < n; i += WIDTH) {
      int block = Math.min(WIDTH, n - i);
      fetch(a, ao + i, aScalar, a0, u, block);
      fetch(b, bo + i, bScalar, b0, v, block);
      combine(op, block);
      System.arraycopy(u, 0, y, yo + i, block);
    }
  }

  private static void fetch(float[] from, int at, boolean scalar, float number, float[] to, int n) {
    if (scalar) {
      Arrays.fill(to, 0, n, number);
    } else {
      System.arraycopy(from, at, to, 0, n);
    }
  }

  private void combine(Operator op, int n) {
    switch (op) {
      case ADD -> add(u, v, n);
      case SUBTRACT -> subtract(u, v, n);
      case MULTIPLY -> multiply(u, v, n);
      case DIVIDE -> divide(u, v, n);
      case MIN -> min(u, v, n);
      case MAX -> max(u, v, n);
    }
  }

  private static void add(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] += v[i];
    }
  }

  private static void subtract(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] -= v[i];
    }
  }

  private static void multiply(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] *= v[i];
    }
  }

  private static void divide(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] /= v[i];
    }
  }

  private static void min(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] = Math.min(u[i], v[i]);
    }
  }

  private static void max(float[] u, float[] v, int n) {
    for (int i = 0; i < n; i++) {
      u[i] = Math.max(u[i], v[i]);
    }
  }
}
