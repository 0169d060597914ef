package dev.unroll.app.reproduce;

import java.util.Locale;

/// Our figure in a row.
///
/// @param figure the value of the metric
/// @param shown its text in the table
/// @param parameters of the model
public record Outcome(double figure, String shown, int parameters) {
  /// An outcome with a number of digits after the decimal point.
  public static Outcome of(double figure, int digits, int parameters) {
    return new Outcome(figure, String.format(Locale.ROOT, "%." + digits + "f", figure), parameters);
  }

  /// A share as a percentage with a number of digits after the decimal point.
  public static Outcome percent(double share, int digits, int parameters) {
    return new Outcome(share, String.format(Locale.ROOT, "%." + digits + "f %%", 100 * share),
        parameters);
  }
}
