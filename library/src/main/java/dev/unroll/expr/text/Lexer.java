package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import dev.unroll.expr.text.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// Cuts the text of a cell into tokens. An open parenthesis or list continues its line on the next
/// one.
final class Lexer {
  private static final Map<Integer, Kind> SIGNS =
      Map.ofEntries(
          Map.entry((int) '+', Kind.PLUS),
          Map.entry((int) '-', Kind.MINUS),
          Map.entry((int) '−', Kind.MINUS),
          Map.entry((int) '*', Kind.TIMES),
          Map.entry((int) '∘', Kind.TIMES),
          Map.entry((int) '⊙', Kind.TIMES),
          Map.entry((int) '·', Kind.TIMES),
          Map.entry((int) '⋅', Kind.TIMES),
          Map.entry((int) '/', Kind.DIVIDE),
          Map.entry((int) '(', Kind.OPEN),
          Map.entry((int) ')', Kind.CLOSE),
          Map.entry((int) '[', Kind.OPEN_LIST),
          Map.entry((int) ']', Kind.CLOSE_LIST),
          Map.entry((int) ',', Kind.COMMA),
          Map.entry((int) '=', Kind.EQUALS),
          Map.entry((int) '←', Kind.EQUALS));

  /// Common wrong signs, each with the right one.
  private static final Map<Integer, String> CURES =
      Map.ofEntries(
          Map.entry((int) '–', "write - for minus"),
          Map.entry((int) '—', "write - for minus"),
          Map.entry((int) '×', "write * for the elementwise product"),
          Map.entry((int) '@', "write W h for the product of the matrix W and the vector h"),
          Map.entry((int) '÷', "write /"),
          Map.entry((int) '^', "write a * a for a square"),
          Map.entry((int) '²', "write a * a for a square"),
          Map.entry((int) '{', "write ( for a parenthesis"),
          Map.entry((int) '}', "write ) for a parenthesis"),
          Map.entry((int) '’', "write ' for the new value of a state"),
          Map.entry((int) '`', "write ' for the new value of a state"),
          Map.entry((int) ';', "write each equation on a line of its own"),
          Map.entry((int) '_', "a name begins with a letter"));

  private final CellText source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private int at;

  Lexer(CellText source) {
    this.source = source;
    this.text = source.text();
  }

  /// All tokens; every line that is not empty ends with [Kind#END].
  List<Token> tokens() {
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (c == '\n') {
        endLine();
        at++;
      } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        at += Character.charCount(c);
      } else if (c == '#') {
        int newline = text.indexOf('\n', at);
        at = newline < 0 ? text.length() : newline;
      } else if (NameRules.starts(c)) {
        name();
      } else if (isDigit(at) || c == '.' && isDigit(at + 1)) {
        number();
      } else {
        sign(c);
      }
    }
    if (!open.isEmpty()) {
      throw notClosed();
    }
    endLine();
    return tokens;
  }

  private void endLine() {
    if (open.isEmpty() && !tokens.isEmpty() && !tokens.getLast().is(Kind.END)) {
      int end = tokens.getLast().end();
      tokens.add(new Token(Kind.END, "", end, end));
    }
  }

  private void name() {
    int start = at;
    while (at < text.length() && NameRules.continues(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    var word = NameRules.composed(text.substring(start, at));
    if (word.length() > NameRules.MAX_LENGTH) {
      throw source.error(start, NameRules.tooLong(word), null);
    }
    if (isPrime(at)) {
      at++;
      word += "'";
      if (isPrime(at)) {
        throw source.error(at, "a name has one prime at most; found a second one", null);
      }
    }
    tokens.add(new Token(Kind.NAME, word, start, at));
  }

  private void number() {
    int start = at;
    digits();
    if (is(at, '.')) {
      at++;
      digits();
    }
    if (is(at, 'e') || is(at, 'E')) {
      int sign = is(at + 1, '+') || is(at + 1, '-') ? 1 : 0;
      if (isDigit(at + 1 + sign)) {
        at += 1 + sign;
        digits();
      }
    }
    tokens.add(new Token(Kind.NUMBER, text.substring(start, at), start, at));
  }

  private void sign(int c) {
    var kind = c == ';' && isInList() ? Kind.BETWEEN : SIGNS.get(c);
    if (kind == null) {
      refuseIndex(c);
      var cure = c == ';' && !open.isEmpty()
          ? "a list of vectors stands in brackets: W [x; h]"
          : CURES.get(c);
      throw source.error(
          at,
          "unexpected character %s%s".formatted(described(c), cure == null ? "" : "; " + cure),
          null);
    }
    if (kind == Kind.CLOSE && isInList()) {
      throw notClosed();
    }
    switch (kind) {
      case OPEN, OPEN_LIST -> open.push(at);
      case CLOSE, CLOSE_LIST -> open.poll();
      case EQUALS -> {
        if (!open.isEmpty()) {
          throw notClosed();
        }
      }
      default -> {}
    }
    tokens.add(new Token(kind, Character.toString(c), at, at + Character.charCount(c)));
    at += Character.charCount(c);
  }

  /// Whether the innermost open bracket is that of a list of vectors; elsewhere a `;` is a mistake.
  private boolean isInList() {
    return !open.isEmpty() && is(open.element(), '[');
  }

  private CellException notClosed() {
    return source.error(open.element(), isInList()
        ? "this list is not closed; add a ']'"
        : "this parenthesis is not closed; add a ')'", null);
  }

  /// `h_{t-1}` or `hₜ₋₁`, as in papers.
  private void refuseIndex(int c) {
    var name = tokens.isEmpty() ? null : tokens.getLast();
    if (name == null || !name.is(Kind.NAME) || name.end() != at) {
      return;
    }
    var base = name.text().substring(0, name.text().length() - 1);
    if (c == '{' && name.text().endsWith("_")) {
      int end = text.indexOf('}', at);
      int newline = text.indexOf('\n', at);
      if (end > 0 && (newline < 0 || end < newline)) {
        throw source.error(name.offset(), TimeIndex.cure(base, text.substring(at + 1, end)), null);
      }
    }
    if (c == '₋' && name.text().endsWith("ₜ") && is(at + 1, '₁')) {
      throw source.error(name.offset(), TimeIndex.cure(base, "t-1"), null);
    }
  }

  private static String described(int c) {
    var code = "U+%04X".formatted(c);
    return CellText.printable(c) == c && !NameRules.isAccent(c)
        ? "'%s' (%s)".formatted(Character.toString(c), code)
        : code;
  }

  private void digits() {
    while (isDigit(at)) {
      at++;
    }
  }

  private boolean isDigit(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  private boolean isPrime(int i) {
    return is(i, '\'') || is(i, '′');
  }

  private boolean is(int i, char c) {
    return i < text.length() && text.charAt(i) == c;
  }
}
