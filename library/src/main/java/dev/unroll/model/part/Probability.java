package dev.unroll.model.part;

/// Checks probabilities that are settings.
public final class Probability {
  private Probability() {}

  /// Requires a probability from 0 up to but not 1, such as that of dropout.
  ///
  /// @throws IllegalArgumentException if it is not
  public static double require(String what, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a probability from 0 up to but not 1".formatted(what, p));
    }
    return p;
  }
}
