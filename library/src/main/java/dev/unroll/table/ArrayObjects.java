package dev.unroll.table;

import dev.unroll.data.DataException;
import java.util.function.BiConsumer;

/// Divides a JSON array of objects into the text of each, with its line: what is inside of them is
/// parsed elsewhere.
final class ArrayObjects {
  private final String name;
  private final String text;
  private int at;
  private long line = 1;

  private ArrayObjects(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /// Whether a text is an array.
  static boolean begin(String text) {
    return text.stripLeading().startsWith("[");
  }

  /// Takes the objects of an array one after another.
  ///
  /// @param taker of an object and its line
  /// @throws DataException if it is not an array of objects
  static void read(String name, String text, BiConsumer<String, Long> taker) {
    new ArrayObjects(name, text).read(taker);
  }

  private void read(BiConsumer<String, Long> taker) {
    next();
    at++; // [
    boolean first = true;
    for (char c = next(); c != ']'; c = next()) {
      if (!first) {
        if (c != ',') {
          throw wrong("expected a comma or ] after an object");
        }
        at++;
        c = next();
      }
      first = false;
      if (c != '{') {
        throw wrong("expected an object");
      }
      long begin = line;
      taker.accept(object(), begin);
    }
    at++;
    while (at < text.length()) {
      if (!Character.isWhitespace(text.charAt(at++))) {
        throw wrong("something stands behind the array");
      }
    }
  }

  /// The next character that is not blank.
  private char next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      line += text.charAt(at++) == '\n' ? 1 : 0;
    }
    if (at == text.length()) {
      throw wrong("the array does not end; close it by ]");
    }
    return text.charAt(at);
  }

  private String object() {
    int from = at;
    int depth = 0;
    boolean quoted = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      line += c == '\n' ? 1 : 0;
      if (quoted) {
        at += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return text.substring(from, ++at);
      }
    }
    throw wrong("the array does not end; close it by ]");
  }

  private DataException wrong(String what) {
    return new DataException("%s, line %d: %s.".formatted(name, line, what));
  }
}
