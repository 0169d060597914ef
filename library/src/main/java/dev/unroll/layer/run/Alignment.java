package dev.unroll.layer.run;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;

/// The alignment score of a query and a key, and its backward pass. Works on one pair; the caller
/// has the loops and owns all arrays.
public interface Alignment {

  /// The score of query `q[qo …]` and key `k[ko …]`.
  ///
  /// @param scratch `n` floats from `so` on, overwritten
  float score(float[] q, int qo, float[] k, int ko, float[] scratch, int so);

  /// The backward pass: adds to the gradients of the query and the key.
  ///
  /// @param row the row of the parameters' gradient to add to
  void backward(float gradient, int row, float[] q, int qo, float[] k, int ko, float[] dq, int dqo,
      float[] dk, int dko, float[] scratch, int so);

  /// `y += a x` over n elements.
  static void addScaled(float a, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] += a * x[xo + i];
    }
  }

  /// `y += a₀ x₀`, then `y += a₁ x₁` and so on, over n elements: the bits of four calls of
  /// [#addScaled], but y is read and written once.
  ///
  /// @param a holds four factors from `from` on, `step` apart
  /// @param x holds the first of four vectors at `xo`, the others `stride` apart
  static void addFour(float[] a, int from, int step, float[] x, int xo, int stride, float[] y,
      int yo, int n) {
    float a0 = a[from];
    float a1 = a[from + step];
    float a2 = a[from + 2 * step];
    float a3 = a[from + 3 * step];
    int x1 = xo + stride;
    int x2 = x1 + stride;
    int x3 = x2 + stride;
    for (int i = 0; i < n; i++) {
      y[yo + i] = y[yo + i] + a0 * x[xo + i] + a1 * x[x1 + i] + a2 * x[x2 + i] + a3 * x[x3 + i];
    }
  }

  /// `y += Σ a x` in order, over `count` vectors of n elements.
  static void addAll(int count, float[] a, int from, int step, float[] x, int xo, int stride,
      float[] y, int yo, int n) {
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      addFour(a, from + i * step, step, x, xo + i * stride, stride, y, yo, n);
    }
    for (; i < count; i++) {
      addScaled(a[from + i * step], x, xo + i * stride, y, yo, n);
    }
  }

  /// `Σ a b` over n elements.
  static float dot(Kernels kernels, float[] a, int ao, float[] b, int bo, float[] scratch, int so,
      int n) {
    kernels.combine(Operator.MULTIPLY, a, ao, false, b, bo, false, scratch, so, n);
    return kernels.sum(scratch, so, n);
  }

  /// `e = q · k` (Luong, Pham and Manning 2015, arXiv 1508.04025).
  ///
  /// @param n the size of both
  record Multiplicative(Kernels kernels, int n) implements Alignment {
    @Override
    public float score(float[] q, int qo, float[] k, int ko, float[] scratch, int so) {
      return dot(kernels, q, qo, k, ko, scratch, so, n);
    }

    @Override
    public void backward(float gradient, int row, float[] q, int qo, float[] k, int ko, float[] dq,
        int dqo, float[] dk, int dko, float[] scratch, int so) {
      addScaled(gradient, k, ko, dq, dqo, n);
      addScaled(gradient, q, qo, dk, dko, n);
    }
  }

  /// `e = v · tanh(q + k)` (Bahdanau, Cho and Bengio 2015, arXiv 1409.0473).
  ///
  /// @param v holds the vector from `vo` on
  /// @param dv `[rows, n]`, a gradient of v for each row, so that no sum depends on threads
  record Additive(Kernels kernels, float[] v, int vo, float[] dv, int n) implements Alignment {
    @Override
    public float score(float[] q, int qo, float[] k, int ko, float[] scratch, int so) {
      hidden(q, qo, k, ko, scratch, so);
      return dot(kernels, scratch, so, v, vo, scratch, so, n);
    }

    private void hidden(float[] q, int qo, float[] k, int ko, float[] u, int uo) {
      kernels.combine(Operator.ADD, q, qo, false, k, ko, false, u, uo, n);
      kernels.apply(Function.TANH, u, uo, u, uo, n);
    }

    @Override
    public void backward(float gradient, int row, float[] q, int qo, float[] k, int ko, float[] dq,
        int dqo, float[] dk, int dko, float[] scratch, int so) {
      hidden(q, qo, k, ko, scratch, so);
      addScaled(gradient, scratch, so, dv, row * n, n);
      for (int i = 0; i < n; i++) {
        float u = scratch[so + i];
        scratch[so + i] = gradient * v[vo + i] * (1 - u * u);
      }
      addScaled(1, scratch, so, dq, dqo, n);
      addScaled(1, scratch, so, dk, dko, n);
    }
  }
}
