package dev.unroll.score;

/// The tail of the normal distribution.
public final class NormalTail {
  private static final double SQRT_HALF_PI = Math.sqrt(Math.PI / 2);

  /// The z from which the continued fraction converges.
  private static final double FAR = 3;
  private static final int TERMS = 60;

  private NormalTail() {}

  /// `P(|Z| ≥ z)` of a standard normal Z, to about 14 digits, also in the far tail, where `1 − P`
  /// would be 1.
  ///
  /// Near zero by the series of Φ, in the tail by the continued fraction of Laplace (Abramowitz and
  /// Stegun 26.2.11 and 26.2.14).
  ///
  /// @param z at least 0
  public static double twoSided(double z) {
    if (Double.isNaN(z) || z < 0) {
      throw new IllegalArgumentException("z is %s, expected 0 or more".formatted(z));
    }
    double density = StrictMath.exp(-z * z / 2);
    if (z < FAR) {
      double term = z;
      double sum = z;
      for (int k = 3; Math.abs(term) > 1e-17 * sum; k += 2) {
        term *= z * z / k;
        sum += term;
      }
      return 1 - density * sum / SQRT_HALF_PI;
    }
    double fraction = z;
    for (int k = TERMS; k > 0; k--) {
      fraction = z + k / fraction;
    }
    return density / fraction / SQRT_HALF_PI;
  }

  /// The z that is exceeded on either side with a probability.
  ///
  /// @param probability above 0 and up to 1
  public static double quantile(double probability) {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "the probability is %s, expected above 0 and up to 1".formatted(probability));
    }
    double low = 0;
    double high = 40; // beyond it the tail underflows
    for (int i = 0; i < 100; i++) {
      double middle = (low + high) / 2;
      if (twoSided(middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
