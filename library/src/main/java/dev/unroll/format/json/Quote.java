package dev.unroll.format.json;

/// Text from a file for an error message: short, and always on one line.
public final class Quote {
  private static final int LONGEST = 60;

  private Quote() {}

  /// The text in quotation marks.
  public static String of(String text) {
    return '"' + raw(text) + '"';
  }

  /// The text without quotation marks.
  static String raw(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                shown.append("\\u%04x".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return text.codePointCount(0, text.length()) > LONGEST ? shown + "…" : shown.toString();
  }
}
