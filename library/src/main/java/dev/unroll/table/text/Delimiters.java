package dev.unroll.table.text;

/// Detects the separator of a file from its beginning.
public final class Delimiters {
  private static final char[] CANDIDATES = {',', ';', '\t', '|'};

  private Delimiters() {}

  /// The candidate that divides the most of the first lines into as many cells as the header has;
  /// of equal ones the one with more cells, and a comma if there is one column.
  ///
  /// @param beginning whole lines, and possibly a part of one more
  public static char of(String beginning) {
    char best = ',';
    long most = -1;
    for (char candidate : CANDIDATES) {
      long score = score(beginning, candidate);
      if (score > most) {
        most = score;
        best = candidate;
      }
    }
    return best;
  }

  private static long score(String text, char delimiter) {
    int head = -1;
    int cells = 1;
    long same = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted ^= true;
      } else if (!quoted && c == delimiter) {
        cells++;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        if (head < 0) {
          head = cells;
        } else {
          same += cells == head && cells > 1 ? 1 : 0;
        }
        cells = 1;
        i += c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 1 : 0;
      }
    }
    if (head < 0) {
      head = cells;
    }
    return head == 1 ? 0 : same * 1000 + Math.min(head, 999);
  }
}
