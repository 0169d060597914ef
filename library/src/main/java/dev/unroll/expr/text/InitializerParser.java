package dev.unroll.expr.text;

import dev.unroll.expr.CellException;
import dev.unroll.expr.Initializer;
import dev.unroll.expr.text.Token.Kind;
import java.util.List;

/// Parses the text after `init W =`.
public final class InitializerParser {
  private static final String EXPECTED =
      "a number, zeros, ones, glorot, orthogonal, identity, uniform(low, high), "
          + "normal(deviation) or chrono(steps)";

  /// The known names, for suggestions in messages.
  private static final List<String> KINDS =
      List.of("zeros", "ones", "glorot", "orthogonal", "identity", "uniform", "normal",
          "chrono");

  private final TokenStream tokens;

  InitializerParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  public static Initializer parse(String label, String text) {
    if (text.isBlank() || text.length() > Limits.TEXT || text.lines().count() != 1) {
      throw new CellException("%s: expected one line, %s.".formatted(label, EXPECTED), null);
    }
    var source = new CellText(label, text);
    var tokens = new TokenStream(source, new Lexer(source).tokens());
    if (tokens.isAtEnd()) {
      throw new CellException("%s: expected %s.".formatted(label, EXPECTED), null);
    }
    var initializer = new InitializerParser(tokens).parse();
    tokens.expect(Kind.END, "nothing more");
    return initializer;
  }

  public Initializer parse() {
    var first = tokens.peek();
    if (!first.is(Kind.NAME)) {
      return new Initializer.Constant(number(EXPECTED));
    }
    tokens.take();
    return switch (first.text()) {
      case "zeros" -> new Initializer.Constant(0);
      case "ones" -> new Initializer.Constant(1);
      case "glorot" -> new Initializer.Glorot();
      case "orthogonal" -> new Initializer.Orthogonal(factor());
      case "identity" -> new Initializer.Identity(factor());
      case "uniform" -> uniform(first);
      case "normal" -> normal(first);
      case "chrono" -> chrono(first);
      default ->
          throw tokens.error(
              first,
              "expected %s, found %s%s"
                  .formatted(EXPECTED, first.found(), Suggestion.of(first.text(), KINDS)));
    };
  }

  /// A number in parentheses, or 1 without them.
  private double factor() {
    if (!tokens.take(Kind.OPEN)) {
      return 1;
    }
    double factor = number("a number");
    tokens.expect(Kind.CLOSE, "')'");
    return factor;
  }

  private Initializer uniform(Token first) {
    tokens.expect(Kind.OPEN, "'(' after uniform, as in uniform(-0.1, 0.1)");
    double low = number("the lower bound");
    tokens.expect(Kind.COMMA, "',' and the upper bound");
    double high = number("the upper bound");
    tokens.expect(Kind.CLOSE, "')'");
    if (low >= high) {
      throw tokens.error(first, Initializer.Uniform.problem(low, high));
    }
    return new Initializer.Uniform(low, high);
  }

  private Initializer normal(Token first) {
    tokens.expect(Kind.OPEN, "'(' after normal, as in normal(0.1)");
    double deviation = number("the standard deviation");
    tokens.expect(Kind.CLOSE, "')'");
    if (deviation < 0) {
      throw tokens.error(first, Initializer.Normal.problem(deviation));
    }
    return new Initializer.Normal(deviation);
  }

  private Initializer chrono(Token first) {
    tokens.expect(Kind.OPEN, "'(' after chrono, as in chrono(200)");
    double steps = number("the number of steps");
    tokens.expect(Kind.CLOSE, "')'");
    if (Math.abs(steps) <= 2) {
      throw tokens.error(first, Initializer.Chrono.problem(steps));
    }
    return new Initializer.Chrono(steps);
  }

  private double number(String expected) {
    int sign = tokens.take(Kind.MINUS) ? -1 : 1;
    return sign * NumberText.parse(tokens, tokens.expect(Kind.NUMBER, expected));
  }
}
