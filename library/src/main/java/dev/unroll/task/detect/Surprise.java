package dev.unroll.task.detect;

import java.util.Arrays;

/// The deviation of an error from those before it: its distance from their mean in their standard
/// deviations. A ring buffer of the last errors; one caller at a time.
final class Surprise {
  /// The smallest number of errors for a distance.
  private static final int FEWEST = 10;

  private final double[] errors;
  private int count;

  /// The error that the last one has replaced.
  private double forgotten;

  /// @param window the number of errors that are remembered
  Surprise(int window) {
    errors = new double[window];
  }

  /// The distance of an error, which is then remembered; NaN while there are too few.
  double of(double error) {
    int n = Math.min(count, errors.length);
    double z = Double.NaN;
    if (n >= FEWEST) {
      double mean = 0;
      for (int i = 0; i < n; i++) {
        mean += errors[i] / n;
      }
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += (errors[i] - mean) * (errors[i] - mean);
      }
      z = Math.abs(error - mean) / Math.max(Math.sqrt(squares / n), 1e-6);
    }
    forgotten = errors[count % errors.length];
    errors[count % errors.length] = error;
    count++;
    return z;
  }

  /// Takes the last error back.
  void undo() {
    count--;
    errors[count % errors.length] = forgotten;
  }

  void clear() {
    Arrays.fill(errors, 0);
    count = 0;
  }
}
