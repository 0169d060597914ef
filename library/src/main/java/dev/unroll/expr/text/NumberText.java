package dev.unroll.expr.text;

import org.jspecify.annotations.Nullable;

/// The numbers of a cell as text.
public final class NumberText {
  private NumberText() {}

  /// The shortest spelling that reads back as the same `double`: `1`, `0.5`, `1e-5`.
  public static String print(double value) {
    return Double.toString(value).replace("E", "e").replaceFirst("\\.0(?=e|$)", "");
  }

  /// Why a cell cannot have this number, or null if it can: kernels compute in `float`.
  static @Nullable String problem(double value) {
    return Float.isFinite((float) value)
        ? null
        : "the number %s is not finite as a float; expected a magnitude of at most 3.4e38"
            .formatted(print(value));
  }

  /// Refuses a number that cannot be written.
  ///
  /// @throws IllegalArgumentException if a cell cannot have this number
  public static void check(double value) {
    var problem = problem(value);
    if (problem != null) {
      throw new IllegalArgumentException(problem + ".");
    }
  }

  /// The value of a number without sign.
  static double parse(TokenStream tokens, Token number) {
    double value = Double.parseDouble(number.text());
    if (problem(value) != null) {
      throw tokens.error(
          number,
          "the number %s is too large; expected at most 3.4e38, the largest float"
              .formatted(NameRules.quoted(number.text())));
    }
    return value;
  }
}
