package dev.unroll.expr;

import dev.unroll.expr.CellException.Place;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.text.NumberText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Refuses expressions that are infinite or NaN for any input, which training would notice much
/// later: divisions by zero (`x / 0`, `h / (1 - 1)`, `x / (0 * h)`, `a / (b - b)`, and `x / 1e-60`,
/// whose divisor is zero as a `float`), and constants that a `float` cannot hold (`log(0)`,
/// `sqrt(-4)`, `exp(100)`, `3e38 * 10`).
final class FiniteConstants {
  private final String cell;
  private final Map<String, Double> constants = new HashMap<>();
  private String equation = "";

  private FiniteConstants(String cell) {
    this.cell = cell;
  }

  /// @throws CellException at the first that is not finite
  static void require(String cell, List<Equation> equations) {
    var check = new FiniteConstants(cell);
    for (var e : equations) {
      check.equation = e.name();
      var value = check.value(e.value());
      if (value != null) {
        check.constants.put(e.name(), value);
      }
    }
  }

  /// The constant value of an expression; null if it is not constant.
  private @Nullable Double value(Expr expr) {
    return switch (expr) {
      case Expr.Constant(double value) -> value;
      case Expr.Value(var name) -> constants.get(name);
      case Expr.Apply(var function, var operand) -> {
        var a = value(operand);
        yield a == null ? null : finite(function.of(a), expr);
      }
      case Expr.Combine(var operator, var left, var right) -> combined(operator, left, right, expr);
      case Expr.Product(var _, var operand) -> none(List.of(operand));
      case Expr.Reduce(var _, var operand) -> none(List.of(operand));
      case Expr.Concatenation(var parts) -> none(parts);
      case Expr.Input _, Expr.Previous _, Expr.Vector _, Expr.Mask _, Expr.StepMask _, Expr.StepNumber _ ->
          null;
    };
  }

  private @Nullable Double none(List<Expr> operands) {
    operands.forEach(this::value);
    return null;
  }

  private @Nullable Double combined(Operator operator, Expr left, Expr right, Expr expr) {
    var a = value(left);
    var b = value(right);
    if (operator == Operator.DIVIDE && b != null && b.floatValue() == 0) {
      var what = b == 0 ? "divides by 0"
          : "divides by %s, which is 0 as a float"
              .formatted(NumberText.print(b));
      throw new CellException(cell, new Place(equation, right, null),
          what + ", so its result is infinite or no number; correct the divisor");
    }
    if (a != null && b != null) {
      return finite(operator.of(a, b), expr);
    }
    boolean zero = switch (operator) {
      case MULTIPLY -> isZero(a) || isZero(b);
      case DIVIDE -> isZero(a);
      case SUBTRACT -> left.equals(right);
      case ADD, MIN, MAX -> false;
    };
    return zero ? 0.0 : null;
  }

  private double finite(double value, Expr expr) {
    if (!Float.isFinite((float) value)) {
      throw new CellException(cell, new Place(equation, expr, null),
          "is %s as a float, whatever comes in; correct the constants".formatted(
              Double.isNaN(value) ? "no number" : value > 0 ? "infinite" : "minus infinity"));
    }
    return value;
  }

  private static boolean isZero(@Nullable Double value) {
    return value != null && value.floatValue() == 0;
  }
}
