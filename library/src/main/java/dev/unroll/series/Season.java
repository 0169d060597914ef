package dev.unroll.series;

import java.util.List;

/// Finds the season, the number of steps after which a series repeats.
public final class Season {
  /// The correlation below which a peak counts as noise.
  private static final double WEAKEST = 0.3;

  /// The number of multiples of a lag that are compared.
  private static final int MULTIPLES = 4;

  private Season() {}

  /// The usual season of the time step, or if it has none, that of the autocorrelation.
  ///
  /// @param training the training values
  public static int of(TimeStep step, List<double[]> training) {
    int usual = step.usualSeason();
    if (usual > 1 && training.stream().anyMatch(values -> values.length >= 2 * usual)) {
      return usual;
    }
    int best = 1;
    int longest = 0;
    for (var values : training) { // the longest series is the most informative
      if (values.length > longest) {
        longest = values.length;
        best = ofAutocorrelation(values);
      }
    }
    return best;
  }

  /// The lag of the highest peak of the autocorrelation of the differences `y_t − y_{t−1}`, beyond
  /// the first lag at which it is not above zero; 1 if no peak is above 0.3. Differences, since a
  /// slow trend is similar to itself at every short lag. They have more noise than the values, so
  /// that the exact lag is then that of the values less their mean over a season.
  public static int ofAutocorrelation(double[] values) {
    int n = values.length - 1;
    var differences = new double[Math.max(0, n)];
    double mean = 0;
    for (int t = 0; t < n; t++) {
      double d = values[t + 1] - values[t];
      differences[t] = Double.isNaN(d) ? 0 : d;
      mean += differences[t] / n;
    }
    for (int t = 0; t < n; t++) {
      differences[t] -= mean;
    }
    int most = Math.min(n / 3, 1000);
    var correlation = new double[Math.max(0, most) + 2];
    double variance = product(differences, 0);
    for (int lag = 1; lag <= most + 1 && lag < n && variance > 0; lag++) {
      correlation[lag] = product(differences, lag) / variance * n / (n - lag);
    }
    int season = 1;
    double highest = WEAKEST;
    boolean fell = false;
    for (int lag = 1; lag <= most; lag++) {
      fell |= correlation[lag] <= 0;
      boolean peak = correlation[lag] >= correlation[lag - 1]
          && correlation[lag] >= correlation[lag + 1];
      // A multiple of the season has as high a correlation as the season itself, but for chance.
      double chance = 2 / Math.sqrt(n - lag);
      if (fell && peak && correlation[lag] > highest + (season > 1 ? 0.05 + chance : 0)) {
        highest = correlation[lag];
        season = lag;
      }
    }
    return season == 1 ? 1 : exact(values, season, most);
  }

  /// Of the lags about one, that with the highest autocorrelation of the values at it and at its
  /// multiples, where a lag that is off by one is off by several.
  private static int exact(double[] values, int about, int most) {
    var rest = withoutMean(values, about);
    double variance = product(rest, 0);
    int best = about;
    double highest = Double.NEGATIVE_INFINITY;
    int away = Math.max(1, about / 10);
    for (int lag = Math.max(2, about - away); lag <= Math.min(most, about + away); lag++) {
      double sum = 0;
      int multiples = Math.clamp(most / (about + away), 1, MULTIPLES);
      for (int k = 1; k <= multiples; k++) {
        sum += product(rest, k * lag) / variance * rest.length / (rest.length - k * lag);
      }
      if (sum > highest + 1e-9) {
        highest = sum;
        best = lag;
      }
    }
    return best;
  }

  /// The values less the mean of a season around each, 0 where one is missing.
  private static double[] withoutMean(double[] values, int season) {
    int n = values.length;
    var sums = new double[n + 1];
    var counts = new int[n + 1];
    for (int t = 0; t < n; t++) {
      boolean missing = Double.isNaN(values[t]);
      sums[t + 1] = sums[t] + (missing ? 0 : values[t]);
      counts[t + 1] = counts[t] + (missing ? 0 : 1);
    }
    var rest = new double[n];
    for (int t = 0; t < n; t++) {
      int from = Math.max(0, t - season / 2);
      int to = Math.min(n, from + season);
      double mean = (sums[to] - sums[from]) / Math.max(1, counts[to] - counts[from]);
      rest[t] = Double.isNaN(values[t]) ? 0 : values[t] - mean;
    }
    return rest;
  }

  private static double product(double[] d, int lag) {
    double sum = 0;
    for (int t = lag; t < d.length; t++) {
      sum += d[t] * d[t - lag];
    }
    return sum;
  }
}
