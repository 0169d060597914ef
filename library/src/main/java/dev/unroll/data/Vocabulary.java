package dev.unroll.data;

import dev.unroll.data.text.Excerpt;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The characters of a text, each with a number `0 … V − 1`. A character is a Unicode code point,
/// so an emoji is one character though it takes two `char`s.
///
/// Immutable and safe for use by several threads.
public final class Vocabulary {
  private final int[] codePoints;
  private final Map<Integer, Integer> numbers;

  private Vocabulary(int[] codePoints) {
    this.codePoints = codePoints;
    numbers = HashMap.newHashMap(codePoints.length);
    for (int i = 0; i < codePoints.length; i++) {
      int codePoint = codePoints[i];
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw new DataException(
            ("Vocabulary: half of a surrogate pair, %s, is not a character;"
                + " check how the text was read.")
                .formatted(name(codePoint)));
      }
      if (numbers.put(codePoint, i) != null) {
        throw new DataException(
            "Vocabulary: %s is listed twice; each character may stand there once."
                .formatted(name(codePoint)));
      }
    }
    if (codePoints.length == 0) {
      throw new DataException(
          "Vocabulary: no characters, expected at least one; bring a text that is not empty.");
    }
  }

  /// The characters that occur in a text, in the order of their code points.
  ///
  /// @throws DataException if the text is empty or has half of a surrogate pair
  public static Vocabulary of(String text) {
    return new Vocabulary(text.codePoints().sorted().distinct().toArray());
  }

  /// The vocabulary that `toList` gave, in that order.
  ///
  /// @throws DataException if the list is empty, or an entry is not one character or occurs twice
  public static Vocabulary of(List<String> symbols) {
    int[] codePoints = new int[symbols.size()];
    for (int i = 0; i < codePoints.length; i++) {
      String symbol = symbols.get(i);
      if (symbol.isEmpty() || symbol.codePointCount(0, symbol.length()) != 1) {
        throw new DataException(
            "Vocabulary: entry %d is \"%s\", expected one character.".formatted(i,
                Excerpt.of(symbol)));
      }
      codePoints[i] = symbol.codePointAt(0);
    }
    return new Vocabulary(codePoints);
  }

  /// V, the number of characters.
  public int size() {
    return codePoints.length;
  }

  /// Encodes a text as the numbers of its characters, `[characters]`.
  ///
  /// @throws DataException at the first character that is not in this vocabulary
  public int[] encode(String text) {
    int[] symbols = new int[text.codePointCount(0, text.length())];
    int at = 0;
    for (int i = 0; i < symbols.length; i++) {
      int codePoint = text.codePointAt(at);
      Integer number = numbers.get(codePoint);
      if (number == null) {
        throw unknown(codePoint, i, text.substring(0, at));
      }
      symbols[i] = number;
      at += Character.charCount(codePoint);
    }
    return symbols;
  }

  private DataException unknown(int codePoint, int position, String before) {
    long line = 1 + before.chars().filter(c -> c == '\n').count();
    return new DataException(
        ("Character %d (line %d) is %s, which is not among the %d characters of the vocabulary;"
            + " remove or replace it, or train on a text that has it.")
            .formatted(position + 1, line, name(codePoint), size()));
  }

  /// Decodes numbers to a text.
  ///
  /// @throws IndexOutOfBoundsException if one is not `0 … V − 1`
  public String decode(int[] symbols) {
    var text = new StringBuilder(symbols.length);
    for (int symbol : symbols) {
      text.appendCodePoint(codePoints[symbol]);
    }
    return text.toString();
  }

  /// The character with this number, as a string of one code point.
  ///
  /// @throws IndexOutOfBoundsException if it is not `0 … V − 1`
  public String symbol(int number) {
    return Character.toString(codePoints[number]);
  }

  /// The characters in the order of their numbers; `of` makes an equal vocabulary from it.
  public List<String> toList() {
    return Arrays.stream(codePoints).mapToObj(Character::toString).toList();
  }

  /// A character for messages: itself if it can be printed, and its Unicode name.
  private static String name(int codePoint) {
    String unicode = "U+%04X".formatted(codePoint);
    String full = Character.getName(codePoint);
    String described = full == null ? unicode : unicode + " " + full;
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          described;
      default -> "'%s' (%s)".formatted(Character.toString(codePoint), described);
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary vocabulary
        && Arrays.equals(codePoints, vocabulary.codePoints);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codePoints);
  }

  @Override
  public String toString() {
    return "Vocabulary of %d characters".formatted(size());
  }
}
