package dev.unroll.train.clipping;

import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Gradient clipping, in this order; 0 disables a part.
///
/// ```
/// by value:          g_i ← max(−value, min(value, g_i))                   Mikolov 2012
/// by parameter:      g_p ← g_p · min(1, parameter / ‖g_p‖)  for each parameter p
/// by global norm:    g ← g · min(1, norm / ‖g‖)             Pascanu, Mikolov and Bengio 2013
/// ```
///
/// Written as words: `value(0.5)`, `parameter(1)`, `norm(5)`, one or several of them, or `none`; a
/// number alone means `norm`.
///
/// @param value the largest absolute value of an element
/// @param parameter the largest norm of the gradient of one parameter, be it a matrix or a vector
/// @param norm the largest norm of all gradients together
public record Clipping(double value, double parameter, double norm) {
  /// No clipping.
  public static final Clipping NONE = new Clipping(0, 0, 0);

  /// @throws IllegalArgumentException if a limit is negative
  public Clipping {
    Numbers.requireNotNegative("the clipping value", value);
    Numbers.requireNotNegative("the clipping norm of a parameter", parameter);
    Numbers.requireNotNegative("the clipping norm", norm);
  }

  /// Clips by the norm of all gradients together.
  public static Clipping norm(double limit) {
    return new Clipping(0, 0, limit);
  }

  /// Clips each element.
  public static Clipping value(double limit) {
    return new Clipping(limit, 0, 0);
  }

  /// Clips by the norm of each parameter's gradient.
  public static Clipping parameter(double limit) {
    return new Clipping(0, limit, 0);
  }

  /// Parses words, or a number.
  ///
  /// @throws IllegalArgumentException that says what cannot be read
  public static Clipping parse(String text) {
    try {
      return norm(Double.parseDouble(text));
    } catch (NumberFormatException _) {
      return Notation.parse(text, "clipping").stream().reduce(NONE, Clipping::with,
          (_, last) -> last);
    }
  }

  private Clipping with(Notation.Word word) {
    if (word.name().equals("none")) {
      word.atMost(0);
      return NONE;
    }
    double limit = word.atMost(1).number(0, 1);
    return switch (word.name()) {
      case "value" -> new Clipping(limit, parameter, norm);
      case "parameter" -> new Clipping(value, limit, norm);
      case "norm" -> new Clipping(value, parameter, limit);
      default -> throw new IllegalArgumentException(
          "'%s' is no clipping; expected norm, parameter, value or none".formatted(word));
    };
  }

  /// The text that [#parse] reads.
  @Override
  public String toString() {
    if (equals(NONE)) {
      return "none";
    }
    return Stream.of(word("value", value), word("parameter", parameter), word("norm", norm))
        .filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }

  private static String word(String name, double limit) {
    return limit > 0 ? Notation.word(name, limit) : "";
  }

  /// Whether gradients are changed before their norm is limited.
  public boolean actsOnElements() {
    return value > 0 || parameter > 0;
  }
}
