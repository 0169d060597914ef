package dev.unroll.task.tag;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Splits a text into tokens: at white space, and punctuation and symbols at the ends of what is
/// between are tokens of their own, each run of equal ones one. What is known as a whole stays so:
/// `(Mr. Smith's house...)` is `(`, `Mr.` if known, `Smith's`, `house`, `...`, `)`.
final class TokenSplit {
  /// That of Unicode, such as the no-break space, is white space too.
  private static final Pattern WHITE = Pattern.compile("(?U)\\s+");

  private TokenSplit() {}

  /// @param known whether a token need not be split
  static List<String> split(String text, Predicate<String> known) {
    var tokens = new ArrayList<String>();
    for (var chunk : WHITE.split(text)) {
      if (!chunk.isEmpty()) {
        split(chunk, known, tokens);
      }
    }
    return tokens;
  }

  private static void split(String chunk, Predicate<String> known, List<String> tokens) {
    int from = 0;
    int to = chunk.length();
    while (from < to && !known.test(chunk.substring(from, to)) && isMark(chunk.codePointAt(from))) {
      int end = from + runForward(chunk, from, to);
      tokens.add(chunk.substring(from, end));
      from = end;
    }
    var after = new ArrayList<String>();
    while (from < to && !known.test(chunk.substring(from, to))
        && isMark(chunk.codePointBefore(to))) {
      int begin = to - runBackward(chunk, from, to);
      after.addFirst(chunk.substring(begin, to));
      to = begin;
    }
    if (from < to) {
      tokens.add(chunk.substring(from, to));
    }
    tokens.addAll(after);
  }

  private static int runForward(String chunk, int from, int to) {
    int mark = chunk.codePointAt(from);
    int end = from;
    while (end < to && chunk.codePointAt(end) == mark) {
      end += Character.charCount(mark);
    }
    return end - from;
  }

  private static int runBackward(String chunk, int from, int to) {
    int mark = chunk.codePointBefore(to);
    int begin = to;
    while (begin > from && chunk.codePointBefore(begin) == mark) {
      begin -= Character.charCount(mark);
    }
    return to - begin;
  }

  private static boolean isMark(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION, Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION, Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL -> true;
      default -> false;
    };
  }
}
