package dev.unroll.expr.text;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Initializer;
import dev.unroll.expr.text.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses a cell, line by line; `docs/notation.md` has the grammar.
public final class CellParser {
  private final String name;
  private final CellText source;
  private final List<Token> all;
  private final TokenStream tokens;
  private final ExprParser expressions;
  private final Scope scope;

  private final List<Equation> equations = new ArrayList<>();
  private final Map<String, String> sizes = new LinkedHashMap<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();
  private final Map<String, Expr> starts = new LinkedHashMap<>();
  private final Map<String, Integer> heads = new LinkedHashMap<>();
  private @Nullable String output;

  /// The first tokens of equations (`h'`) and directives (`out`, `size h`, `start m`, `heads U`,
  /// `init W`).
  private final Map<String, Token> lines = new HashMap<>();

  private CellParser(String name, CellText source) {
    this.name = name;
    this.source = source;
    all = new Lexer(source).tokens();
    tokens = new TokenStream(source, all);
    scope = new Scope(source, tokens, leftHandSides());
    expressions = new ExprParser(tokens, scope);
  }

  /// Parses the cell of a text.
  ///
  /// @param label the name of the text in messages
  public static Cell parse(String name, String label, String text) {
    var problem = NameRules.cellProblem(name);
    if (problem != null) {
      throw new CellException(problem + ".", null);
    }
    if (text.length() > Limits.TEXT) {
      throw new CellException(
          "%s: the text has %d characters; a cell has at most %d."
              .formatted(label, text.length(), Limits.TEXT),
          null);
    }
    return new CellParser(name, new CellText(label, text)).cell();
  }

  private Cell cell() {
    while (!tokens.isAtEnd()) {
      line();
    }
    try {
      return new Cell(
          name,
          equations,
          output == null ? "h'" : output,
          new LinkedHashMap<>(sizes),
          new LinkedHashMap<>(initializers),
          new LinkedHashMap<>(starts),
          new LinkedHashMap<>(heads));
    } catch (CellException e) {
      throw located(e);
    }
  }

  /// The lines of all left-hand sides; each name must be on one line only.
  private Map<String, Integer> leftHandSides() {
    var found = new LinkedHashMap<String, Integer>();
    for (int i = 0; i + 1 < all.size(); i++) {
      boolean beginsLine = i == 0 || all.get(i - 1).is(Kind.END);
      var left = all.get(i);
      if (beginsLine && left.is(Kind.NAME) && all.get(i + 1).is(Kind.EQUALS)) {
        checkLeft(left, found);
        found.put(left.text(), source.line(left.offset()));
        lines.put(left.text(), left);
      }
    }
    return found;
  }

  private void checkLeft(Token left, Map<String, Integer> found) {
    var problem = NameRules.problem(left.base());
    if (problem != null) {
      throw source.error(left.offset(), problem, left.text());
    }
    var other = left.isPrimed() ? left.base() : left.base() + "'";
    if (found.containsKey(left.text())) {
      throw source.error(
          left.offset(),
          "%s is computed a second time; the first is line %d"
              .formatted(left.text(), found.get(left.text())),
          left.text());
    }
    if (found.containsKey(other)) {
      throw source.error(
          left.offset(),
          "%s and %s are both computed (%s in line %d); a state is computed with its prime alone"
              .formatted(left.text(), other, other, found.get(other)),
          left.text());
    }
    if (found.size() == Limits.EQUATIONS) {
      throw source.error(
          left.offset(),
          "a cell has at most %d equations; this is one more".formatted(Limits.EQUATIONS),
          left.text());
    }
  }

  private void line() {
    tokens.beginLine(null);
    var first = tokens.expect(Kind.NAME, "an equation such as h' = tanh(W x + U h + b)");
    if (tokens.peek().is(Kind.EQUALS)) {
      equation(first);
      return;
    }
    switch (first.text()) {
      case "out" -> out(first);
      case "size" -> size(first);
      case "init" -> init(first);
      case Words.START -> start(first);
      case Words.HEADS -> heads(first);
      default ->
          throw tokens.error(
              tokens.peek(),
              "expected '=' after %s, found %s%s"
                  .formatted(
                      first.text(),
                      tokens.peek().found(),
                      tokens.peek().is(Kind.NAME)
                          ? Suggestion.of(first.text(), Words.LINES)
                          : ""));
    }
    tokens.expect(Kind.END, "the end of the line");
  }

  private void equation(Token left) {
    tokens.beginLine(left.text());
    tokens.expect(Kind.EQUALS, "'='");
    scope.begin(left.text());
    equations.add(new Equation(left.text(), expressions.parse()));
    scope.end();
  }

  private void out(Token first) {
    record(first, "out");
    output = tokens.expect(Kind.NAME, "the name of a value after out").text();
  }

  private void size(Token first) {
    var of = tokens.expect(Kind.NAME, "the name of a state or value after size");
    record(first, "size " + of.text());
    tokens.expect(Kind.EQUALS, "'=' after size " + of.text());
    var size = tokens.expect(Kind.NAME, "a name for the size, such as P");
    var problem = NameRules.problem(size.text());
    if (problem != null) {
      throw tokens.error(size, problem);
    }
    sizes.put(of.text(), size.text());
  }

  /// `start m = -1e38` or `start h = h0`
  private void start(Token first) {
    var of = unprimed(tokens.expect(Kind.NAME, "the name of a state after start"));
    record(first, "start " + of.text());
    tokens.expect(Kind.EQUALS, "'=' after start " + of.text());
    if (tokens.peek().is(Kind.NAME)) {
      var vector = tokens.take();
      var problem = NameRules.problem(vector.text());
      if (problem != null) {
        throw tokens.error(vector, problem);
      }
      starts.put(of.text(), new Expr.Vector(vector.text()));
      return;
    }
    int sign = tokens.take(Kind.MINUS) ? -1 : 1;
    var number = tokens.expect(Kind.NUMBER,
        "a number, or a name for a parameter such as %s0".formatted(of.text()));
    starts.put(of.text(), new Expr.Constant(sign * NumberText.parse(tokens, number)));
  }

  /// `heads Ri Rf Rz Ro = 4`
  private void heads(Token first) {
    var matrices = new ArrayList<String>();
    do {
      var of = unprimed(tokens.expect(Kind.NAME, "the name of a matrix after heads"));
      record(first, "heads " + of.text());
      matrices.add(of.text());
    } while (tokens.peek().is(Kind.NAME));
    tokens.expect(Kind.EQUALS, "another matrix, or '=' after heads " + String.join(" ", matrices));
    var number = tokens.expect(Kind.NUMBER, "the number of heads, such as 4");
    double n = NumberText.parse(tokens, number);
    if (n != Math.rint(n) || n < 1 || n > Integer.MAX_VALUE) {
      throw tokens.error(number,
          "expected a whole number of heads from 1 to %d, found '%s'".formatted(Integer.MAX_VALUE,
              number.text()));
    }
    matrices.forEach(matrix -> heads.put(matrix, (int) n));
  }

  private void init(Token first) {
    var of = unprimed(tokens.expect(Kind.NAME, "the name of a parameter after init"));
    record(first, "init " + of.text());
    tokens.expect(Kind.EQUALS, "'=' after init " + of.text());
    initializers.put(of.text(), new InitializerParser(tokens).parse());
  }

  /// Refuses a prime: `start h = 1` says what h is before the first step.
  private Token unprimed(Token name) {
    if (name.isPrimed()) {
      throw tokens.error(name, "expected a name without a prime, %s, found %s"
          .formatted(name.base(), name.text()));
    }
    return name;
  }

  private void record(Token first, String directive) {
    var before = lines.putIfAbsent(directive, first);
    if (before != null) {
      throw tokens.error(
          first,
          "a second line '%s'; the first is line %d"
              .formatted(directive, source.line(before.offset())));
    }
  }

  /// The same mistake with its place in the text.
  private CellException located(CellException mistake) {
    var place = mistake.place();
    if (place.part() != null && expressions.offset(place.part()) instanceof Integer offset) {
      return source.error(offset, mistake.what(), place.equation());
    }
    var line = place.equation() != null ? place.equation() : place.directive();
    return line != null && lines.get(line) instanceof Token token
        ? source.error(token.offset(), mistake.what(), place.equation())
        : source.error(mistake.what());
  }
}
