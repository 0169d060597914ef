package dev.unroll.task.report;

import java.util.Locale;

/// The lines of a report for a terminal, the same in every locale.
public final class ReportLine {
  private ReportLine() {}

  /// A share in percent with two decimals; a dash for NaN.
  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /// Adds a line, without blanks at its end.
  @SuppressWarnings("AnnotateFormatMethod") // the annotation is not part of Java
  public static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
