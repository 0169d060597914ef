package dev.unroll.server.protocol;

import dev.unroll.data.text.Excerpt;

/// What clients have sent, as it may stand in a message or a log: short, and without control
/// characters.
public final class Shown {
  private Shown() {}

  /// A value of JSON: a text is in quotation marks, a number or truth value is not.
  public static String value(Object value) {
    return value instanceof String text ? of(text) : value.toString();
  }

  /// The beginning of a text, in quotation marks.
  public static String of(String text) {
    var excerpt = Excerpt.of(text);
    var shown = new StringBuilder("\"");
    excerpt.codePoints()
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '·' : c));
    return shown.append('"').toString();
  }
}
