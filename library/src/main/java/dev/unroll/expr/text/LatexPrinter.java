package dev.unroll.expr.text;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import java.util.ArrayList;
import java.util.stream.Collectors;

/// Writes the equations of a cell as LaTeX (package amsmath):
///
/// ```
/// \begin{align*}
/// f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
/// h_t &= (1 - f_t) \odot h_{t-1} + f_t \odot n_t
/// \end{align*}
/// ```
///
/// Values of the step have the index `t`, states before the step `t-1`, parameters none. Then come
/// matrices with heads, as the diagonal of their blocks, and starts of states that are not zero,
/// with the index 0. Thread-safe.
public final class LatexPrinter {
  /// Binding strengths; an operand that binds less tightly than its context is parenthesized.
  private static final int SUM = 1;

  private static final int TERM = 2;
  private static final int SIGNED = 3;
  private static final int PRODUCT = 4;
  private static final int PRIMARY = 5;

  private LatexPrinter() {}

  /// The `align*` block; each line ends with a line break.
  public static String print(Cell cell) {
    var latex = new StringBuilder("\\begin{align*}\n");
    var lines = new ArrayList<String>();
    for (var e : cell.equations()) {
      lines.add(LatexNames.value(e.baseName(), "t") + " &= " + at(e.value(), SUM));
    }
    cell.heads().forEach((matrix, n) -> {
      var name = LatexNames.parameter(matrix);
      lines.add("%s &= \\operatorname{diag}(%s^{(1)}, %s%s^{(%d)})".formatted(name, name,
          n > 2 ? "\\dots, " : "", name, n));
    });
    cell.starts().forEach((state, start) -> {
      var line = LatexNames.value(state, "0") + " &= " + latex(start);
      lines.add(line);
    });
    return latex.append(String.join(" \\\\\n", lines)).append("\n\\end{align*}\n").toString();
  }

  private static String at(Expr expr, int place) {
    var latex = latex(expr);
    return binding(expr) < place ? parentheses(latex) : latex;
  }

  private static String latex(Expr expr) {
    return switch (expr) {
      case Expr.Input() -> "x_t";
      case Expr.Previous(var name) -> LatexNames.value(name, "t-1");
      case Expr.Value(var name) -> LatexNames.value(name.replace("'", ""), "t");
      case Expr.Vector(var name) -> LatexNames.parameter(name);
      case Expr.Mask(var name) -> LatexNames.parameter(name);
      case Expr.StepMask(var name) -> LatexNames.value(name, "t");
      case Expr.StepNumber(var name) -> LatexNames.value(name, "t");
      case Expr.Constant(var value) -> number(value);
      case Expr.Concatenation(var parts) -> brackets(
          parts.stream().map(LatexPrinter::latex).collect(Collectors.joining("; ")));
      case Expr.Product(var matrix, var operand) ->
          LatexNames.parameter(matrix) + " " + at(operand, PRODUCT);
      case Expr.Apply(var function, var operand) -> apply(function, operand);
      case Expr.Reduce(var reduction, var operand) ->
          "\\operatorname{%s}%s".formatted(reduction.symbol(), parentheses(latex(operand)));
      case Expr.Combine(var operator, var left, var right) -> combine(operator, left, right);
    };
  }

  private static String apply(Function function, Expr operand) {
    return switch (function) {
      case SIGMOID, TANH, EXP, LOG, SIN, COS ->
          "\\" + (function == Function.SIGMOID ? "sigma" : function.symbol())
              + parentheses(latex(operand));
      case RELU, STEP, SIGN, FLUSH, EXPM1, LOG1P, SOFTPLUS, LOGSIGMOID ->
          "\\operatorname{%s}%s".formatted(function.symbol(), parentheses(latex(operand)));
      case SQRT -> "\\sqrt{%s}".formatted(latex(operand));
      case ABS -> "\\left|%s\\right|".formatted(latex(operand));
      case NEGATE ->
          "-" + (operand instanceof Expr.Constant
              ? parentheses(latex(operand))
              : at(operand, PRODUCT));
    };
  }

  private static String combine(Operator operator, Expr left, Expr right) {
    return switch (operator) {
      case ADD -> at(left, SUM) + " + " + at(right, TERM);
      case SUBTRACT -> at(left, SUM) + " - " + at(right, TERM);
      case MULTIPLY ->
          at(left, TERM)
              + (isNumber(left) || isNumber(right) ? " \\cdot " : " \\odot ")
              + at(right, SIGNED);
      case DIVIDE -> "\\frac{%s}{%s}".formatted(latex(left), latex(right));
      case MIN, MAX ->
          "\\%s%s".formatted(operator.symbol(), parentheses(latex(left) + ", " + latex(right)));
    };
  }

  private static int binding(Expr expr) {
    return switch (expr) {
      case Expr.Combine(var operator, var _, var _) ->
          switch (operator) {
            case ADD, SUBTRACT -> SUM;
            case MULTIPLY -> TERM;
            case DIVIDE, MIN, MAX -> PRIMARY;
          };
      case Expr.Apply(var function, var _) when function == Function.NEGATE -> SUM;
      case Expr.Constant(var value) when Double.compare(value, 0.0) < 0 -> SUM;
      case Expr.Constant(var value) when number(value).contains("\\cdot") -> TERM;
      case Expr.Product _ -> PRODUCT;
      default -> PRIMARY;
    };
  }

  /// Whether the value is one number for each row, which is multiplied with a dot.
  private static boolean isNumber(Expr expr) {
    return switch (expr) {
      case Expr.Constant _, Expr.Reduce _, Expr.StepNumber _ -> true;
      case Expr.Apply(var _, var operand) -> isNumber(operand);
      case Expr.Combine(var _, var left, var right) -> isNumber(left) && isNumber(right);
      default -> false;
    };
  }

  private static String parentheses(String latex) {
    return isTall(latex) ? "\\left(" + latex + "\\right)" : "(" + latex + ")";
  }

  private static String brackets(String latex) {
    return isTall(latex) ? "\\left[" + latex + "\\right]" : "[" + latex + "]";
  }

  private static boolean isTall(String latex) {
    return latex.contains("\\frac") || latex.contains("\\sqrt") || latex.contains("\\left");
  }

  /// `0.5`, `10^{-5}`, `2.5 \cdot 10^{-3}`
  private static String number(double value) {
    var text = NumberText.print(value);
    int e = text.indexOf('e');
    if (e < 0) {
      return text;
    }
    var power = "10^{" + text.substring(e + 1) + "}";
    return switch (text.substring(0, e)) {
      case "1" -> power;
      case "-1" -> "-" + power;
      case String factor -> factor + " \\cdot " + power;
    };
  }
}
