package dev.unroll.bench.performance;

import java.util.ArrayList;
import java.util.List;

/// A table in Markdown.
final class Table {
  private final List<String> rows = new ArrayList<>();

  /// @param numbers how many columns at the end are numbers, and stand at the right
  Table(int numbers, String... columns) {
    rows.add("| " + String.join(" | ", columns) + " |");
    rows.add("|" + "---|".repeat(columns.length - numbers) + "---:|".repeat(numbers));
  }

  void row(Object... cells) {
    var texts = List.of(cells).stream().map(String::valueOf).toList();
    rows.add("| " + String.join(" | ", texts) + " |");
  }

  /// `5.12 µs`, `22.1 ms`, `1.50 s`.
  static String time(double millis) {
    return millis < 1 ? digits(millis * 1e3) + " µs"
        : millis < 1e3 ? digits(millis) + " ms" : digits(millis / 1e3) + " s";
  }

  /// Three digits.
  static String digits(double value) {
    return value < 9.995 ? "%.2f".formatted(value)
        : value < 99.95 ? "%.1f".formatted(value) : "%,.0f".formatted(value);
  }

  static String percent(double share) {
    return "%.0f %%".formatted(100 * share);
  }

  @Override
  public String toString() {
    return String.join("\n", rows) + "\n";
  }
}
