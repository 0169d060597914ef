package dev.unroll.app.page;

/// What the rows or the columns of a [HeatMap] stand for, where they are places of something: the first and
/// the last, the others evenly between.
///
/// @param label of the axis, `w`
/// @param first the value at row or column 0
/// @param last the value at the last one
public record Places(String label, double first, double last) {
  /// @throws IllegalArgumentException if it is no range, in either direction
  public Places {
    if (!Double.isFinite(last - first) || first == last) {
      throw new IllegalArgumentException(
          "Places '%s': from %s to %s, expected two numbers that differ."
              .formatted(label, first, last));
    }
  }

  /// The value at one of `n`.
  public double at(int i, int n) {
    return first + (last - first) * i / (n - 1);
  }
}
