package dev.unroll.layer;

/// How the elements of a mask are drawn in training, and what they are outside of it: their expectation.
public sealed interface MaskRule {

  /// The probability of the rarer event that the rule is about, in [0, 1).
  double probability();

  /// Dropout: 0 with probability p, else `1 / (1 − p)`; 1 outside training.
  record Drop(double probability) implements MaskRule {

    /// @throws IllegalArgumentException if the probability is not in [0, 1)
    public Drop {
      check("dropout", probability);
    }
  }

  /// Zoneout: 1 with probability p, else 0; p outside training.
  record Zone(double probability) implements MaskRule {

    /// @throws IllegalArgumentException if the probability is not in [0, 1)
    public Zone {
      check("zoneout", probability);
    }
  }

  /// What every element is outside training.
  default float expected() {
    return switch (this) {
      case Drop _ -> 1;
      case Zone(double p) -> (float) p;
    };
  }

  /// Makes a mask of `n` uniform numbers in [0, 1) from `offset` on.
  default void apply(float[] mask, int offset, int n) {
    float p = (float) probability();
    float below = this instanceof Zone ? 1 : 0;
    float above = this instanceof Zone ? 0 : 1 / (1 - p);
    for (int i = offset; i < offset + n; i++) {
      mask[i] = mask[i] < p ? below : above;
    }
  }

  private static void check(String name, double p) {
    if (!(p >= 0 && p < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected a probability from 0 up to but not 1".formatted(name, p));
    }
  }
}
