package dev.unroll.series;

import java.util.List;

/// Finds the season, the number of steps after which a series repeats.
public final class Season {
  /// The correlation below which a peak counts as noise.
  private static final double WEAKEST = 0.3;

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
  /// slow trend is similar to itself at every short lag.
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
      // A multiple of the season has as high a correlation as the season itself.
      if (fell && peak && correlation[lag] > highest + 0.05) {
        highest = correlation[lag];
        season = lag;
      }
    }
    return season;
  }

  private static double product(double[] d, int lag) {
    double sum = 0;
    for (int t = lag; t < d.length; t++) {
      sum += d[t] * d[t - lag];
    }
    return sum;
  }
}
