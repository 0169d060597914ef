package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import org.jspecify.annotations.Nullable;

/// The text of a cell, with error messages that point into it:
///
/// ```
/// my.cell:3:17: expected a vector after the matrix Un, found ')'
///     n = tanh(Wn x + Un )
///                        ^
/// ```
///
/// Columns count characters (code points) from 1, a tab as one.
final class CellText {
  /// Half of the width of the excerpt from a long line.
  private static final int MARGIN = 40;

  private final String label;
  private final String text;

  /// @param label the name of the text in messages: the file as the user named it, or the cell
  CellText(String label, String text) {
    this.label = label;
    var withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.text = withoutMark.replace("\r\n", "\n").replace('\r', '\n');
  }

  /// The text without byte order mark, with lines that end with `\n`.
  String text() {
    return text;
  }

  /// The line of a place in the text, from 1.
  int line(int offset) {
    return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  /// A mistake at a place in the text.
  CellException error(int offset, String what, @Nullable String equation) {
    int start = text.lastIndexOf('\n', offset - 1) + 1;
    int newline = text.indexOf('\n', offset);
    int[] line =
        text.substring(start, newline < 0 ? text.length() : newline).codePoints().toArray();
    int caret = text.codePointCount(start, offset);
    var message =
        "%s:%d:%d: %s\n%s".formatted(label, line(offset), caret + 1, what, excerpt(line, caret));
    return new CellException(message, equation);
  }

  /// A mistake in the text as a whole.
  CellException error(String what) {
    return new CellException("%s: %s".formatted(label, what), null);
  }

  /// The code point in a form that is safe for a terminal: invisible and control characters are
  /// replaced.
  static int printable(int codePoint) {
    if (codePoint == '\t') {
      return ' ';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          0xFFFD;
      default -> codePoint;
    };
  }

  private static String excerpt(int[] line, int caret) {
    int from = Math.max(0, caret - MARGIN);
    int to = Math.min(line.length, caret + MARGIN);
    var shown = new StringBuilder("    ");
    var pointer = new StringBuilder("    ");
    if (from > 0) {
      shown.append('…');
      pointer.append(' ');
    }
    for (int i = from; i < to; i++) {
      shown.appendCodePoint(printable(line[i]));
      if (i < caret && !NameRules.isAccent(line[i])) {
        pointer.append(' ');
      }
    }
    return shown.append(to < line.length ? "…" : "").append('\n').append(pointer).append('^')
        .toString();
  }
}
