package dev.unroll.model.part;

/// Probabilities as settings.
public final class Probability {
  private Probability() {}

  /// A probability from 0 up to but not 1, of something that may be left out.
  ///
  /// @throws IllegalArgumentException if it is none
  public static double require(String what, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a probability from 0 up to but not 1".formatted(what, p));
    }
    return p;
  }
}
