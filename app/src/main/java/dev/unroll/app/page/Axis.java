package dev.unroll.app.page;

/// An axis of [Lines].
///
/// @param label with its unit, `lag k (steps back)`
/// @param log whether it is logarithmic; what is not above zero is a gap there
/// @param min where it begins, NaN for as the values ask
/// @param max where it ends, NaN likewise
/// @param percent whether values are shares that are shown as percentages
/// @param whole whether only whole numbers are places of it, such as steps: no half ones are labelled
public record Axis(
    String label, boolean log, double min, double max, boolean percent, boolean whole) {

  /// A linear one as the values ask.
  public static Axis linear(String label) {
    return new Axis(label, false, Double.NaN, Double.NaN, false, false);
  }

  /// A linear one of whole numbers, such as steps or lags.
  public static Axis counted(String label) {
    return new Axis(label, false, Double.NaN, Double.NaN, false, true);
  }

  /// A logarithmic one as the values ask.
  public static Axis log(String label) {
    return new Axis(label, true, Double.NaN, Double.NaN, false, false);
  }

  /// Shares of 0 to 1, shown as 0 % to 100 %.
  public static Axis share(String label) {
    return new Axis(label, false, 0, 1, true, false);
  }

  /// With a beginning and an end, of which NaN is as the values ask.
  public Axis from(double min, double max) {
    return new Axis(label, log, min, max, percent, whole);
  }
}
