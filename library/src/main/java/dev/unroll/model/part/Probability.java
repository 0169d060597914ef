package dev.unroll.model.part;

/// Probabilities as settings.
public final class Probability {
  private Probability() {}

  public static void require(String what, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a probability from 0 up to but not 1".formatted(what, p));
    }
  }
}
