package dev.unroll.expr.text;

/// A word, number or sign of a cell's text.
///
/// @param kind the kind of token
/// @param text the word in composed form with a straight prime, the number, or the sign as written
/// @param offset its start in the text
/// @param end its end in the text
record Token(Kind kind, String text, int offset, int end) {

  enum Kind {
    NAME, NUMBER, PLUS, MINUS, TIMES, DIVIDE, OPEN, CLOSE, COMMA, EQUALS,
    /// `[`, `;` and `]` of a list of vectors.
    OPEN_LIST, BETWEEN, CLOSE_LIST,
    /// The end of a line outside of parentheses.
    END
  }

  boolean is(Kind other) {
    return kind == other;
  }

  boolean isPrimed() {
    return text.endsWith("'");
  }

  /// The word without its prime.
  String base() {
    return isPrimed() ? text.substring(0, text.length() - 1) : text;
  }

  /// Whether an operand may begin with it.
  boolean startsOperand() {
    return kind == Kind.NAME || kind == Kind.NUMBER || kind == Kind.OPEN
        || kind == Kind.OPEN_LIST;
  }

  /// Its description in a message.
  String found() {
    return kind == Kind.END ? "the end of the line" : NameRules.quoted(text);
  }

  /// A sketch, for messages, of an operand that begins with it: `h`, `tanh(…)`, `(…)`, `[…]`.
  String sketch() {
    if (kind == Kind.OPEN) {
      return "(…)";
    }
    if (kind == Kind.OPEN_LIST) {
      return "[…]";
    }
    return Words.isFunction(text) ? text + "(…)" : text;
  }
}
