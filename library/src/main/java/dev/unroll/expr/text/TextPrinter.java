package dev.unroll.expr.text;

import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a cell as text: one equation a line, aligned on `=`, with the fewest parentheses that the
/// parser needs to read the same cell; then the lines `out`, `size`, `heads`, `start` and `init`
/// that differ from the default.
///
/// A signed number is one number: `-1` is `Constant(-1)`, while the negation of one is `-(1)`.
/// A parameter vector as the operand of a matrix is parenthesized, `W (b)`.
public final class TextPrinter {
  /// Binding strengths; an operand that binds less tightly than its context is parenthesized.
  private static final int SUM = 1;

  private static final int TERM = 2;
  private static final int SIGNED = 3;
  private static final int PRODUCT = 4;
  private static final int PRIMARY = 5;

  private final StringBuilder text = new StringBuilder();

  private TextPrinter() {}

  public static String print(
      List<Equation> equations,
      String output,
      Map<String, String> sizes,
      Map<String, Initializer> initializers,
      Map<String, Expr> starts,
      Map<String, Integer> heads) {
    var printer = new TextPrinter();
    int width = equations.stream().mapToInt(e -> width(e.name())).max().orElse(0);
    for (var e : equations) {
      printer.text.append(e.name()).repeat(' ', width - width(e.name())).append(" = ");
      printer.print(e.value(), SUM);
      printer.text.append('\n');
    }
    if (!output.equals("h'")) {
      printer.text.append("out ").append(output).append('\n');
    }
    sizes.forEach((of, size) -> printer.text.append("size %s = %s\n".formatted(of, size)));
    var matrices = new TreeMap<Integer, List<String>>();
    heads.forEach((matrix, n) -> matrices.computeIfAbsent(n, _ -> new ArrayList<>()).add(matrix));
    matrices.forEach((n, its) -> printer.text
        .append("heads %s = %d\n".formatted(String.join(" ", its), n)));
    starts.forEach((state, start) -> printer.text
        .append("start %s = %s\n".formatted(state, print(start))));
    initializers.forEach(
        (of, initializer) -> printer.text
            .append("init %s = %s\n".formatted(of, initializer(initializer))));
    return printer.text.toString();
  }

  public static String print(Expr expr) {
    var printer = new TextPrinter();
    printer.print(expr, SUM);
    return printer.text.toString();
  }

  private void print(Expr expr, int place) {
    boolean parentheses = binding(expr) < place;
    text.append(parentheses ? "(" : "");
    switch (expr) {
      case Expr.Input() -> text.append('x');
      case Expr.Previous(var name) -> text.append(name);
      case Expr.Value(var name) -> text.append(name);
      case Expr.Vector(var name) -> text.append(name);
      case Expr.Mask(var name) -> named(Words.MASK, name);
      case Expr.StepMask(var name) -> named(Words.STEP_MASK, name);
      case Expr.StepNumber(var name) -> named(Words.STEP_NUMBER, name);
      case Expr.Constant(var value) -> text.append(NumberText.print(value));
      case Expr.Concatenation(var parts) -> {
        list('[', "; ", parts);
        text.append(']');
      }
      case Expr.Product(var matrix, var operand) -> {
        text.append(matrix).append(' ');
        print(operand, operand instanceof Expr.Vector ? PRIMARY + 1 : PRODUCT);
      }
      case Expr.Apply(var function, var operand) when function == Function.NEGATE -> {
        text.append('-');
        print(operand, operand instanceof Expr.Constant ? PRIMARY + 1 : PRODUCT);
      }
      case Expr.Apply(var function, var operand) -> call(function.symbol(), operand);
      case Expr.Reduce(var reduction, var operand) -> call(reduction.symbol(), operand);
      case Expr.Combine(var operator, var left, var right) -> combine(operator, left, right);
    }
    text.append(parentheses ? ")" : "");
  }

  private void named(String word, String name) {
    text.append(word).append('(').append(name).append(')');
  }

  private void combine(Operator operator, Expr left, Expr right) {
    switch (operator) {
      case MIN, MAX -> call(operator.symbol(), left, right);
      case ADD, SUBTRACT -> infix(left, SUM, operator, right, TERM);
      case MULTIPLY, DIVIDE -> infix(left, TERM, operator, right, SIGNED);
    }
  }

  private void infix(Expr left, int leftPlace, Operator operator, Expr right, int rightPlace) {
    print(left, leftPlace);
    text.append(' ').append(operator.symbol()).append(' ');
    print(right, rightPlace);
  }

  private void call(String function, Expr... operands) {
    text.append(function);
    list('(', ", ", List.of(operands));
    text.append(')');
  }

  private void list(char open, String between, List<Expr> parts) {
    text.append(open);
    for (int i = 0; i < parts.size(); i++) {
      text.append(i == 0 ? "" : between);
      print(parts.get(i), SUM);
    }
  }

  private static int binding(Expr expr) {
    return switch (expr) {
      case Expr.Combine(var operator, var _, var _) ->
          switch (operator) {
            case ADD, SUBTRACT -> SUM;
            case MULTIPLY, DIVIDE -> TERM;
            case MIN, MAX -> PRIMARY;
          };
      case Expr.Apply(var function, var _) when function == Function.NEGATE -> SIGNED;
      case Expr.Constant(var value) when Double.compare(value, 0.0) < 0 -> SIGNED;
      case Expr.Product _ -> PRODUCT;
      default -> PRIMARY;
    };
  }

  private static String initializer(Initializer initializer) {
    return switch (initializer) {
      case Initializer.Constant(var value) -> NumberText.print(value);
      case Initializer.Glorot() -> "glorot";
      case Initializer.Orthogonal(var gain) -> "orthogonal" + factor(gain);
      case Initializer.Identity(var scale) -> "identity" + factor(scale);
      case Initializer.Uniform(var low, var high) ->
          "uniform(%s, %s)".formatted(NumberText.print(low), NumberText.print(high));
      case Initializer.Normal(var deviation) -> "normal(%s)".formatted(NumberText.print(deviation));
      case Initializer.Chrono(var steps) -> "chrono(%s)".formatted(NumberText.print(steps));
    };
  }

  private static String factor(double factor) {
    return factor == 1 ? "" : "(" + NumberText.print(factor) + ")";
  }

  /// The width in columns of a terminal; accents have width 0.
  private static int width(String name) {
    return (int) name.codePoints().filter(c -> !NameRules.isAccent(c)).count();
  }
}
