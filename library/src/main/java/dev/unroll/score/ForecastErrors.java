package dev.unroll.score;

/// Errors of forecasts, `e = y − f` over n values. A value that is NaN is unknown and left out. All
/// functions are pure; they throw an `IllegalArgumentException` if the lengths differ or no value
/// is known.
public final class ForecastErrors {
  private ForecastErrors() {}

  /// Mean absolute error, `Σ |e| / n`, in the units of the data.
  public static double mae(double[] actual, double[] forecast) {
    return mean(actual, forecast, (y, f) -> Math.abs(y - f));
  }

  /// Mean squared error, `Σ e² / n`.
  public static double mse(double[] actual, double[] forecast) {
    return mean(actual, forecast, (y, f) -> (y - f) * (y - f));
  }

  /// Root of the mean squared error, `√(Σ e² / n)`, in the units of the data.
  public static double rmse(double[] actual, double[] forecast) {
    return Math.sqrt(mse(actual, forecast));
  }

  /// Symmetric mean absolute percentage error, `Σ 2 |e| / (|y| + |f|) / n`, from 0 to 2, as the M4
  /// competition defines it, without its factor of 100; a value that is zero and forecast as zero
  /// counts 0.
  public static double smape(double[] actual, double[] forecast) {
    return mean(actual, forecast, ForecastErrors::symmetric);
  }

  /// Mean absolute scaled error (Hyndman and Koehler 2006): the [#mae] divided by the
  /// [#seasonalScale] of the training part. Below 1 is better than the seasonal naive forecast
  /// there, one season ahead.
  ///
  /// @param training the values before the forecast ones
  /// @param season m, the number of steps of a season; 1 for none
  public static double mase(double[] actual, double[] forecast, double[] training, int season) {
    return mae(actual, forecast) / seasonalScale(training, season);
  }

  /// The mean absolute error of the seasonal naive forecast within a series,
  /// `Σ |y_t − y_{t−m}| / (n − m)`.
  ///
  /// @throws IllegalArgumentException if no two values are a season apart
  public static double seasonalScale(double[] training, int season) {
    double sum = 0;
    long n = 0;
    for (int t = season; t < training.length; t++) {
      double away = Math.abs(training[t] - training[t - season]);
      if (!Double.isNaN(away)) {
        sum += away;
        n++;
      }
    }
    if (season < 1 || n == 0) {
      throw new IllegalArgumentException(
          ("the scale of a season of %d steps needs values that are a season apart, but the "
              + "training part has %d steps and none; bring more or give a shorter season")
              .formatted(season, training.length));
    }
    return sum / n;
  }

  /// The symmetric percentage error of one value, from 0 to 2; see [#smape].
  public static double symmetric(double y, double f) {
    return y == f ? 0 : 2 * Math.abs(y - f) / (Math.abs(y) + Math.abs(f));
  }

  /// The error of one value.
  interface Single {
    double of(double y, double f);
  }

  static double mean(double[] actual, double[] forecast, Single error) {
    if (actual.length != forecast.length) {
      throw new IllegalArgumentException("there are %d values and %d forecasts, expected as many"
          .formatted(actual.length, forecast.length));
    }
    double sum = 0;
    long n = 0;
    for (int i = 0; i < actual.length; i++) {
      if (!Double.isNaN(actual[i])) {
        sum += error.of(actual[i], forecast[i]);
        n++;
      }
    }
    if (n == 0) {
      throw new IllegalArgumentException("no value is known, so that there is no error");
    }
    return sum / n;
  }
}
