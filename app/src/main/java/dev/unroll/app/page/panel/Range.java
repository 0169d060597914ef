package dev.unroll.app.page.panel;

/// The values of the first and the last color of a [Heat].
///
/// @param low of the first color; if it is below zero the color scale has two sides with zero in
///     the middle, and `high` is `−low`
/// @param high of the last color
/// @param log whether the color scale is logarithmic; both are above zero then, and `low` is used
///     for all smaller values
public record Range(double low, double high, boolean log) {
  /// The unit interval, for gates.
  public static final Range UNIT = new Range(0, 1, false);

  /// From −1 to 1, for states and candidates after a tanh.
  public static final Range BOTH = new Range(-1, 1, false);

  /// @throws IllegalArgumentException if it is empty, or has two sides that are not equal, or a
  ///     logarithm of a value that is not above zero is needed
  public Range {
    boolean sides = low >= 0 || low == -high;
    if (!(low < high) || !Double.isFinite(high - low) || !sides || log && low <= 0) {
      throw new IllegalArgumentException(("Range: %s to %s%s, expected low < high, for a logarithm"
          + " both above zero, and low = −high where low is negative.")
          .formatted(low, high, log ? ", logarithmic" : ""));
    }
  }

  /// From 0 to `high`, or from `−high` if there are negative values: the range of these values,
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

  /// A logarithmic range of decades below a largest value: `high / 10^decades` to `high`.
  public static Range decades(double high, int decades) {
    return new Range(high / Math.pow(10, decades), high, true);
  }
}
