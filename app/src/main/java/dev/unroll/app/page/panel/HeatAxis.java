package dev.unroll.app.page.panel;

/// The axis values of the rows or columns of a [HeatMap]: the first and
/// the last, the others evenly spaced between them.
///
/// @param label of the axis, `w`
/// @param first the value at row or column 0
/// @param last the value at the last one
public record HeatAxis(String label, double first, double last) {
  /// @throws IllegalArgumentException if it is not a range, in either direction
  public HeatAxis {
    if (!Double.isFinite(last - first) || first == last) {
      throw new IllegalArgumentException(
          "Places '%s': from %s to %s, expected two numbers that differ."
              .formatted(label, first, last));
    }
  }

  /// The value at index `i` of `n`.
  public double at(int i, int n) {
    return first + (last - first) * i / (n - 1);
  }
}
