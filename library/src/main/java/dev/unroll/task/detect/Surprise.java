package dev.unroll.task.detect;

/// The deviation of an error from those before it: its distance from their mean in their standard
/// deviations. One caller at a time.
final class Surprise {
  /// The smallest number of errors for a distance.
  private static final int FEWEST = 10;

  /// How far from the mean an error is remembered at most, in standard deviations: one spike among
  /// 2,000 errors would otherwise make the deviation so large that nothing after it is far.
  private static final double MOST = 5;

  private int count;
  private double mean;
  private double deviation;

  /// Takes the errors that are remembered.
  ///
  /// @param errors `n` from `from` on
  void measure(float[] errors, int from, int n) {
    count = n;
    mean = 0;
    for (int i = from; i < from + n; i++) {
      mean += (double) errors[i] / n;
    }
    double squares = 0;
    for (int i = from; i < from + n; i++) {
      squares += (errors[i] - mean) * (errors[i] - mean);
    }
    deviation = Math.max(Math.sqrt(squares / Math.max(1, n)), 1e-6);
  }

  /// The distance of an error; NaN while too few are remembered.
  double distance(float error) {
    return count < FEWEST ? Double.NaN : Math.abs(error - mean) / deviation;
  }

  /// An error as it is remembered.
  float remembered(float error) {
    return count < FEWEST ? error
        : (float) Math.clamp(error, mean - MOST * deviation, mean + MOST * deviation);
  }
}
