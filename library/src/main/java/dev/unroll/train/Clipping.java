package dev.unroll.train;

/// How gradients that are too large are made smaller, in this order; 0 leaves a part out.
///
/// ```
/// by value:          g_i ← max(−value, min(value, g_i))                   Mikolov 2012
/// by block:          g_b ← g_b · min(1, block / ‖g_b‖)      for each parameter b
/// by global norm:    g ← g · min(1, norm / ‖g‖)             Pascanu, Mikolov and Bengio 2013
/// ```
///
/// @param value the largest size of an element
/// @param block the largest norm of the gradient of one parameter, be it a matrix or a vector
/// @param norm the largest norm of all gradients together
public record Clipping(double value, double block, double norm) {
  /// No clipping.
  public static final Clipping NONE = new Clipping(0, 0, 0);

  /// @throws IllegalArgumentException if a limit is negative
  public Clipping {
    Numbers.requireNotNegative("the clipping value", value);
    Numbers.requireNotNegative("the clipping norm of a parameter", block);
    Numbers.requireNotNegative("the clipping norm", norm);
  }

  /// By the norm of all gradients together.
  public static Clipping norm(double limit) {
    return new Clipping(0, 0, limit);
  }

  /// Each element.
  public static Clipping value(double limit) {
    return new Clipping(limit, 0, 0);
  }

  /// By the norm of each parameter's gradient.
  public static Clipping block(double limit) {
    return new Clipping(0, limit, 0);
  }

  /// Whether gradients are changed before their norm is limited.
  boolean actsOnElements() {
    return value > 0 || block > 0;
  }
}
