package dev.unroll.inspect.highway;

/// A root mean square of numbers that are given by their logarithms, as their squares may
/// underflow.
final class MeanSquares {
  private double largest = Double.NEGATIVE_INFINITY;
  private double sum;
  private double weights;

  /// Adds a number.
  ///
  /// @param log the logarithm of its magnitude; negative infinity for zero
  /// @param weight the number of values that it represents
  void add(double log, double weight) {
    weights += weight;
    if (log == Double.NEGATIVE_INFINITY) {
      return;
    }
    if (log > largest) {
      sum *= Math.exp(2 * (largest - log));
      largest = log;
    }
    sum += weight * Math.exp(2 * (log - largest));
  }

  /// √(mean of the squares); 0 if there are no numbers.
  double root() {
    return sum == 0 ? 0 : Math.exp(largest) * Math.sqrt(sum / weights);
  }
}
