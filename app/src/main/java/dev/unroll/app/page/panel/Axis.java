package dev.unroll.app.page.panel;

/// An axis of [Lines].
///
/// @param label with its unit, `lag k (steps back)`
/// @param log whether it is logarithmic; values that are not above zero are gaps there
/// @param min its start, NaN to fit the values
/// @param max its end, NaN likewise
/// @param percent whether values are shares that are shown as percentages
/// @param whole whether only integers occur, such as steps: no fractions are labeled
public record Axis(
    String label, boolean log, double min, double max, boolean percent, boolean whole) {

  /// A linear axis that fits the values.
  public static Axis linear(String label) {
    return new Axis(label, false, Double.NaN, Double.NaN, false, false);
  }

  /// A linear axis of integers, such as steps or lags.
  public static Axis counted(String label) {
    return new Axis(label, false, Double.NaN, Double.NaN, false, true);
  }

  /// A logarithmic axis that fits the values.
  public static Axis log(String label) {
    return new Axis(label, true, Double.NaN, Double.NaN, false, false);
  }

  /// Shares of 0 to 1, shown as 0 % to 100 %.
  public static Axis share(String label) {
    return new Axis(label, false, 0, 1, true, false);
  }

  /// The axis with a start and an end, NaN to fit the values.
  public Axis from(double min, double max) {
    return new Axis(label, log, min, max, percent, whole);
  }
}
