package dev.unroll.app.page;

/// What the first and the last colour of a [Heat] stand for.
///
/// @param low of the first; below zero the scale of colours has two sides with zero in the middle,
///     and `high` is `−low`
/// @param high of the last
/// @param log whether colours go by the logarithm; both are above zero then, and `low` stands for
///     all that is smaller
public record Range(double low, double high, boolean log) {
  /// Unit interval: gates.
  public static final Range UNIT = new Range(0, 1, false);

  /// From −1 to 1: states and candidates behind a tanh.
  public static final Range BOTH = new Range(-1, 1, false);

  /// @throws IllegalArgumentException if it is empty, or has two sides that are not equal, or a
  ///     logarithm of what is not above zero is asked for
  public Range {
    boolean sides = low >= 0 || low == -high;
    if (!(low < high) || !Double.isFinite(high - low) || !sides || log && low <= 0) {
      throw new IllegalArgumentException(("Range: %s to %s%s, expected low < high, for a logarithm"
          + " both above zero, and low = −high where low is negative.")
          .formatted(low, high, log ? ", logarithmic" : ""));
    }
  }

  /// From 0 to `high`, or where there are negative values from `−high`: the range of these values,
  /// which is never empty.
  public static Range of(Heat.Values values, int rows, int columns) {
    double most = 0;
    boolean negative = false;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = values.at(row, column);
        if (Float.isFinite(value)) {
          most = Math.max(most, Math.abs(value));
          negative |= value < 0;
        }
      }
    }
    double high = most > 0 ? most : 1;
    return new Range(negative ? -high : 0, high, false);
  }

  /// Decades of a largest value: `high / 10^decades` to `high`, by logarithm.
  public static Range decades(double high, int decades) {
    return new Range(high / Math.pow(10, decades), high, true);
  }
}
