package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import dev.unroll.expr.text.Token.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tokens of a cell, read from front to back.
final class TokenStream {
  private final CellText source;
  private final List<Token> tokens;
  private int next;
  private @Nullable String equation;

  TokenStream(CellText source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  boolean isAtEnd() {
    return next == tokens.size();
  }

  /// The next token, which is not consumed. Only within a line.
  Token peek() {
    return tokens.get(next);
  }

  Token take() {
    return tokens.get(next++);
  }

  boolean take(Kind kind) {
    if (!peek().is(kind)) {
      return false;
    }
    next++;
    return true;
  }

  /// The next token, which must be a `kind`, or an error "expected `what`, found …".
  Token expect(Kind kind, String what) {
    if (!peek().is(kind)) {
      throw error(peek(), "expected %s, found %s".formatted(what, peek().found()));
    }
    return take();
  }

  /// Sets the equation that mistakes are attributed to from here on, or none.
  void beginLine(@Nullable String equation) {
    this.equation = equation;
  }

  CellException error(Token at, String what) {
    return source.error(at.offset(), what, equation);
  }
}
