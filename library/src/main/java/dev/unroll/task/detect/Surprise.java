package dev.unroll.task.detect;

/// The deviation of an error from those before it: its distance from their mean in their standard
/// deviations.
final class Surprise {
  /// The smallest number of errors for a distance.
  private static final int FEWEST = 10;

  private Surprise() {}

  /// The distance of an error from those before it; NaN while there are too few.
  ///
  /// @param errors those before it, `n` from `from` on
  static double distance(float[] errors, int from, int n, float error) {
    if (n < FEWEST) {
      return Double.NaN;
    }
    double mean = 0;
    for (int i = from; i < from + n; i++) {
      mean += (double) errors[i] / n;
    }
    double squares = 0;
    for (int i = from; i < from + n; i++) {
      squares += (errors[i] - mean) * (errors[i] - mean);
    }
    return Math.abs(error - mean) / Math.max(Math.sqrt(squares / n), 1e-6);
  }
}
