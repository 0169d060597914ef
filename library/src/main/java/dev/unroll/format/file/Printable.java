package dev.unroll.format.file;

/// Text from files, for messages.
public final class Printable {
  private Printable() {}

  /// A text with `·` for each control character: it cannot break a line or move the cursor of a
  /// terminal.
  public static String of(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    var shown = new StringBuilder();
    text.codePoints()
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '·' : c));
    return shown.toString();
  }
}
