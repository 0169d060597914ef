package dev.unroll.score;

/// Scores of quantile forecasts. A value that is NaN is unknown and left out. All functions are
/// pure; they throw an `IllegalArgumentException` if the lengths differ or no value is known.
public final class QuantileScores {
  private QuantileScores() {}

  /// The pinball loss of one value: `q (y − f)` where `y ≥ f`, else `(1 − q) (f − y)` (Koenker and
  /// Bassett 1978).
  ///
  /// @param level q, between 0 and 1
  public static double pinball(double actual, double forecast, double level) {
    double e = actual - forecast;
    return e >= 0 ? level * e : (level - 1) * e;
  }

  /// The mean pinball loss of one quantile.
  public static double pinball(double[] actual, double[] forecast, double level) {
    return ForecastErrors.mean(actual, forecast, (y, f) -> pinball(y, f, level));
  }

  /// The continuous ranked probability score of one value, from quantiles. It is `2 ∫ pinball_q dq`
  /// over all levels (Laio and Tamea 2007), here twice the mean over the given levels, which should
  /// be evenly spaced, as 0.1, 0.2 … 0.9. With the median alone it is the absolute error. In the
  /// units of the data.
  ///
  /// @param quantiles the forecast at each level
  public static double crps(double actual, double[] quantiles, double[] levels) {
    if (quantiles.length != levels.length || levels.length == 0) {
      throw new IllegalArgumentException(
          "there are %d quantiles for %d levels, expected as many, and one"
              .formatted(quantiles.length, levels.length));
    }
    double sum = 0;
    for (int i = 0; i < levels.length; i++) {
      sum += pinball(actual, quantiles[i], levels[i]);
    }
    return 2 * sum / levels.length;
  }

  /// The mean [#crps(double, double[], double[])] of many values.
  ///
  /// @param quantiles for each value the forecast at each level
  public static double crps(double[] actual, double[][] quantiles, double[] levels) {
    var numbers = new double[quantiles.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    return ForecastErrors.mean(actual, numbers, (y, i) -> crps(y, quantiles[(int) i], levels));
  }

  /// The share of values from `lower` to `upper`, both included: about 0.8 for the quantiles 0.1
  /// and 0.9 of a calibrated forecast.
  public static double coverage(double[] actual, double[] lower, double[] upper) {
    if (lower.length != upper.length) {
      throw new IllegalArgumentException("there are %d lower and %d upper limits, expected as many"
          .formatted(lower.length, upper.length));
    }
    var within = new double[lower.length];
    for (int i = 0; i < Math.min(within.length, actual.length); i++) {
      within[i] = actual[i] >= lower[i] && actual[i] <= upper[i] ? 1 : 0;
    }
    return ForecastErrors.mean(actual, within, (_, inside) -> inside);
  }
}
