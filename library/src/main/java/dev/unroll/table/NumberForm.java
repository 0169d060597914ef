package dev.unroll.table;

/// How the numbers of a column are written.
public enum NumberForm {
  /// With a decimal point: `1098.50`.
  POINT,
  /// With a decimal comma, and points or nothing between thousands: `1.098,50`.
  COMMA,
  /// With a decimal point and commas between thousands: `1,098.50`.
  THOUSANDS,
  /// A comma before three digits, which may be either: `1,098`. The column is text.
  UNCLEAR
}
