package dev.unroll.expr.text;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.text.Token.Kind;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// A recursive-descent parser of expressions, loosest binding first:
///
/// ```
/// expression = term { ("+" | "-") term }
/// term       = signed { ("*" | "/") signed }
/// signed     = "-" NUMBER | "-" signed | product
/// product    = MATRIX operand | primary
/// operand    = NAME | product with a matrix | call | "(" expression ")" | list
/// list       = "[" expression ";" expression { ";" expression } "]"
/// primary    = NUMBER | NAME | call | "(" expression ")"
/// call       = FUNCTION "(" expression { "," expression } ")"
/// ```
final class ExprParser {
  /// The offset of a part in the text, and its height as a tree.
  private record Part(int offset, int height) {}

  private final TokenStream tokens;
  private final Scope scope;

  /// By identity: equal parts may occur in several places.
  private final IdentityHashMap<Expr, Part> parts = new IdentityHashMap<>();

  private int nesting;

  /// Whether the parser is inside a list of vectors.
  private boolean inList;

  ExprParser(TokenStream tokens, Scope scope) {
    this.tokens = tokens;
    this.scope = scope;
  }

  /// Parses the expression up to the end of the line.
  Expr parse() {
    nesting = 0;
    inList = false;
    var expr = expression();
    var next = tokens.peek();
    if (!next.is(Kind.END)) {
      throw switch (next.kind()) {
        case CLOSE -> tokens.error(next, "this ')' closes no parenthesis; take it away");
        case CLOSE_LIST -> tokens.error(next, "this ']' closes no list; take it away");
        case EQUALS -> tokens.error(next, "a line has one '='; found a second one");
        default ->
            tokens.error(
                next,
                "expected an operator or the end of the line, found %s".formatted(next.found()));
      };
    }
    tokens.take();
    return expr;
  }

  /// The offset of a part that was parsed here, or null for any other.
  @Nullable
  Integer offset(Expr part) {
    var found = parts.get(part);
    return found == null ? null : found.offset();
  }

  private Expr expression() {
    var left = term();
    while (tokens.peek().is(Kind.PLUS) || tokens.peek().is(Kind.MINUS)) {
      var sign = tokens.take();
      var right = term();
      var operator = sign.is(Kind.PLUS) ? Operator.ADD : Operator.SUBTRACT;
      left = part(new Expr.Combine(operator, left, right), sign, left, right);
    }
    return left;
  }

  private Expr term() {
    var left = signed();
    while (tokens.peek().is(Kind.TIMES) || tokens.peek().is(Kind.DIVIDE)) {
      var sign = tokens.take();
      var right = signed();
      var operator = sign.is(Kind.TIMES) ? Operator.MULTIPLY : Operator.DIVIDE;
      left = part(new Expr.Combine(operator, left, right), sign, left, right);
    }
    return left;
  }

  private Expr signed() {
    if (!tokens.peek().is(Kind.MINUS)) {
      return product();
    }
    var minus = tokens.take();
    if (tokens.peek().is(Kind.NUMBER)) {
      var number = tokens.take();
      var constant = number(number, -1);
      refuseOperandAfter("-" + number.text());
      return constant;
    }
    enter(minus);
    var operand = signed();
    leave();
    return part(new Expr.Apply(Function.NEGATE, operand), minus, operand);
  }

  private Expr product() {
    var name = tokens.peek();
    if (!name.is(Kind.NAME) || isCall(name)) {
      return primary();
    }
    tokens.take();
    var next = tokens.peek();
    return next.startsOperand()
        ? productOf(name)
        : part(scope.alone(name, next), name);
  }

  private Expr productOf(Token name) {
    refuseUnknownFunction(name);
    var matrix = scope.matrix(name, tokens.peek(), inList);
    enter(name);
    var operand = tokens.peek().is(Kind.OPEN_LIST) ? list(matrix) : operand();
    leave();
    return part(new Expr.Product(matrix, operand), name, operand);
  }

  /// Parses the list of vectors after a matrix.
  private Expr list(String matrix) {
    var open = tokens.take();
    var vectors = new ArrayList<Expr>();
    boolean outside = inList;
    inList = true;
    do {
      vectors.add(expression());
    } while (tokens.take(Kind.BETWEEN));
    inList = outside;
    var next = tokens.peek();
    if (next.is(Kind.COMMA)) {
      throw tokens.error(next,
          "a list of vectors is written with ';', as they stand one under another: %s [x; h]"
              .formatted(matrix));
    }
    tokens.expect(Kind.CLOSE_LIST, "an operator, ';' or ']'");
    if (vectors.size() == 1) {
      throw tokens.error(open,
          "a list has two vectors or more, such as %s [x; h]; for one write %s (…)"
              .formatted(matrix, matrix));
    }
    refuseOperandAfter("…");
    return part(new Expr.Concatenation(vectors), open, vectors.toArray(Expr[]::new));
  }

  private Expr operand() {
    var name = tokens.peek();
    if (!name.is(Kind.NAME) || isCall(name)) {
      return primary();
    }
    tokens.take();
    return tokens.peek().startsOperand() ? productOf(name) : part(scope.operand(name), name);
  }

  private Expr primary() {
    var token = tokens.take();
    var expr =
        switch (token.kind()) {
          case NUMBER -> number(token, 1);
          case NAME -> call(token);
          case OPEN -> {
            enter(token);
            var inner = expression();
            close("an operator or ')'");
            leave();
            yield inner;
          }
          case OPEN_LIST ->
              throw tokens.error(token,
                  "a list of vectors stands right behind a matrix: W [x; h]");
          default ->
              throw tokens.error(
                  token,
                  "expected a name, a number or '(', found %s%s"
                      .formatted(
                          token.found(),
                          token.is(Kind.END) ? "; only an open '(' continues a line" : ""));
        };
    refuseOperandAfter(token.is(Kind.NUMBER) ? token.text() : "…");
    return expr;
  }

  private Expr call(Token name) {
    var word = name.text();
    if (!tokens.take(Kind.OPEN)) {
      throw tokens.error(
          tokens.peek(),
          "expected '(' after the function %s, found %s".formatted(word, tokens.peek().found()));
    }
    enter(name);
    if (Words.GIVEN.contains(word)) {
      var what = "the name of a " + word;
      var given = tokens.expect(Kind.NAME, what);
      close("')' after " + what);
      leave();
      return part(word.equals(Words.MASK) ? scope.mask(given) : scope.given(word, given), name);
    }
    var first = expression();
    var pair = Words.PAIRS.get(word);
    if (pair != null) {
      tokens.expect(Kind.COMMA, "',' and the second value of " + word);
      var second = expression();
      close("')' after the two values of " + word);
      leave();
      return part(new Expr.Combine(pair, first, second), name, first, second);
    }
    close("')' after the one value of " + word);
    leave();
    var reduction = Words.REDUCTIONS.get(word);
    return part(
        reduction != null
            ? new Expr.Reduce(reduction, first)
            : new Expr.Apply(requireNonNull(Words.FUNCTIONS.get(word)), first),
        name,
        first);
  }

  private Expr number(Token number, int sign) {
    var value = NumberText.parse(tokens, number);
    return part(new Expr.Constant(sign * value), number);
  }

  /// Whether a function is called here; function names are reserved.
  private boolean isCall(Token name) {
    if (Words.isFunction(name.text())) {
      return true;
    }
    var function = Words.withoutCapitals(name.text());
    if (!function.equals(name.text())) {
      throw tokens.error(
          name, "%s is not a function; did you mean %s?".formatted(name.text(), function));
    }
    return false;
  }

  /// `softplus(a)` is a mistake, not the product of a matrix `softplus`, which needs a blank.
  /// Matrices of one letter or with a capital may omit it.
  private void refuseUnknownFunction(Token name) {
    var next = tokens.peek();
    boolean touches = next.is(Kind.OPEN) && next.offset() == name.end();
    if (touches && name.text().length() > 1 && Character.isLowerCase(name.text().codePointAt(0))) {
      throw tokens.error(
          name,
          "there is no function %s; the functions are %s (a matrix stands before a blank: %s (…))"
              .formatted(name.text(), Words.OFFERED, name.text()));
    }
  }

  /// Only a matrix may come before an operand without an operator between them.
  private void refuseOperandAfter(String before) {
    var next = tokens.peek();
    if (next.startsOperand()) {
      throw tokens.error(
          next,
          "expected an operator, found %s; for the elementwise product write %s * %s"
              .formatted(next.found(), before, next.sketch()));
    }
  }

  private void close(String expected) {
    tokens.expect(Kind.CLOSE, expected);
  }

  private void enter(Token at) {
    if (++nesting > Limits.NESTING) {
      throw tokens.error(
          at,
          "nested more than %d deep; compute a part of it in an equation of its own"
              .formatted(Limits.NESTING));
    }
  }

  private void leave() {
    nesting--;
  }

  private Expr part(Expr expr, Token at, Expr... operands) {
    int height = 1;
    for (var operand : operands) {
      height = Math.max(height, 1 + requireNonNull(parts.get(operand)).height());
    }
    if (height > Limits.DEPTH) {
      throw tokens.error(
          at,
          "the expression has more than %d levels; compute a part of it in an equation of its own"
              .formatted(Limits.DEPTH));
    }
    if (parts.size() == Limits.PARTS) {
      throw tokens.error(at, "the cell has more than %d names, numbers and operators"
          .formatted(Limits.PARTS));
    }
    parts.put(expr, new Part(at.offset(), height));
    return expr;
  }
}
