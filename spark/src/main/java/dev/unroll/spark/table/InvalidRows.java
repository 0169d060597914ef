package dev.unroll.spark.table;

import java.util.Locale;

/// What becomes of rows that a model cannot read, such as one with a number that is not finite.
/// A null in place of a sequence or a text is no such row: its answer is null.
public enum InvalidRows {
  /// The job fails with a sentence that shows the row.
  ERROR,

  /// Their answer is null.
  KEEP;

  /// As the parameter of a transformer is written: `error` or `keep`.
  ///
  /// @throws IllegalArgumentException if it is something else
  static InvalidRows parse(String text) {
    return switch (text) {
      case "error" -> ERROR;
      case "keep" -> KEEP;
      default -> throw new IllegalArgumentException(
          "handleInvalid is %s, expected error or keep".formatted(text));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
