package dev.unroll.format.json;

import dev.unroll.format.FormatException;

/// Checks the brackets of a text before it is parsed, so that the parser, which calls itself for
/// each level, cannot be led to exhaust the stack.
final class JsonNesting {
  private JsonNesting() {}

  /// Throws if some value is nested deeper than `deepest`, or a closing bracket has no opening one.
  static void check(String text, String source, int deepest) throws FormatException {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++; // an escaped character cannot end the string
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      if (depth > deepest || depth < 0) {
        String problem =
            depth < 0
                ? "a bracket closes that was not opened"
                : "nested deeper than the %d levels allowed".formatted(deepest);
        throw new FormatException(
            ("%s: is not the JSON expected: %s, at character %d;"
                + " the file is damaged or of another kind.")
                .formatted(source, problem, i + 1));
      }
    }
  }
}
