package dev.unroll.onnx.operator;

/// `erf(x) = 2/√π ∫₀ˣ exp(−t²) dt`, to about 1e-15: its power series up to 3, and beyond it the
/// continued fraction of the rest.
final class ErrorFunction {
  private ErrorFunction() {}

  static double of(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || a > 6) {
      return Double.isNaN(x) ? x : Math.copySign(1, x);
    }
    return Math.copySign(a < 3 ? series(a) : 1 - rest(a), x);
  }

  /// `2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n + 1))`, of which all terms are positive.
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /// `exp(−x²)/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …))))`
  private static double rest(double x) {
    double fraction = x;
    for (int n = 60; n >= 1; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
