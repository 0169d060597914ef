package dev.unroll.app.xray;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.expr.Initializer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The gate on the direct path of a state, and the bias that determines how far it is open
/// initially.
///
/// ```
/// c' = f * c + i * g            path f        bias bf, open for large values
/// h' = z * n + (1 - z) * h      path 1 - z    bias bz, open for negative ones
/// ```
///
/// @param path as written in the cell, `1 - z`
/// @param sign 1 if the path is open for a gate of 1, −1 if it is for a gate of 0
/// @param bias the bias inside the gate's σ
/// @param start the initializer of the bias
record Gate(String path, int sign, String bias, Initializer start) {
  /// The initial bias from which a gate counts as open: σ(3) = 0.95.
  private static final double OPEN = 3;

  /// The gate of a path, if it is one: a σ with a bias, alone or taken from 1; or the first one in
  /// a sum with others, such as `f` if peepholes read c too.
  static Optional<Gate> of(Cell cell, Expr path) {
    var whole = whole(cell, path);
    return whole.isEmpty()
        && path instanceof Expr.Combine(var operator, var left, var right)
        && operator == Operator.ADD ? of(cell, left).or(() -> of(cell, right)) : whole;
  }

  private static Optional<Gate> whole(Cell cell, Expr path) {
    var names = new HashSet<String>();
    if (!isArithmetic(path, names) || names.size() != 1) {
      return Optional.empty();
    }
    var name = names.iterator().next();
    int sign = value(path, 1) == 1 && value(path, 0) == 0 ? 1
        : value(path, 0) == 1 && value(path, 1) == 0 ? -1 : 0;
    return cell.equations().stream().filter(e -> sign != 0 && e.name().equals(name))
        .map(Equation::value).flatMap(value -> bias(value).stream())
        .map(bias -> new Gate(path.text(), sign, bias,
            cell.initializers().getOrDefault(bias, new Initializer.Constant(0))))
        .findFirst();
  }

  /// Suggests how to open it farther initially; empty if it is open. It never suggests less than
  /// its current value.
  ///
  /// @param steps T, over which something is to be remembered
  String opened(int steps) {
    double logit = Math.log(Math.max(1, steps - 1));
    double begins = begins();
    boolean room = steps > 2 && logit > begins;
    var spread = "%s=chrono(%d)".formatted(bias, sign * steps);
    if (Double.isNaN(begins) || begins >= OPEN && !room) {
      return "";
    }
    return begins >= OPEN ? "--init '%s'".formatted(spread)
        : "--init %s=%d".formatted(bias, sign * (int) OPEN)
            + (room ? " or --init '%s'".formatted(spread) : "");
  }

  /// The largest initial bias, with the sign that opens it; NaN if unknown.
  private double begins() {
    return switch (start) {
      case Initializer.Constant(var value) -> sign * value;
      case Initializer.Uniform(var low, var high) -> sign > 0 ? high : -low;
      case Initializer.Chrono(var steps) ->
          Math.signum(steps) == sign ? Math.log(Math.abs(steps) - 1) : 0;
      case Initializer.Normal(var deviation) -> deviation;
      default -> Double.NaN;
    };
  }

  /// A vector that is added within a σ, without a factor.
  private static Optional<String> bias(Expr value) {
    return value instanceof Expr.Apply(var function, var operand) && function == Function.SIGMOID
        ? added(operand)
        : Optional.empty();
  }

  private static Optional<String> added(Expr sum) {
    return switch (sum) {
      case Expr.Vector(var name) -> Optional.of(name);
      case Expr.Combine(var operator, var left, var right) when operator == Operator.ADD ->
          added(right).or(() -> added(left));
      case Expr.Combine(var operator, var left, _) when operator == Operator.SUBTRACT ->
          added(left);
      default -> Optional.empty();
    };
  }

  private static boolean isArithmetic(Expr expr, Set<String> names) {
    return switch (expr) {
      case Expr.Constant _ -> true;
      case Expr.Value(var name) -> {
        names.add(name);
        yield true;
      }
      case Expr.Apply(var function, var operand) ->
          function == Function.NEGATE && isArithmetic(operand, names);
      case Expr.Combine(_, var left, var right) ->
          isArithmetic(left, names) && isArithmetic(right, names);
      default -> false;
    };
  }

  /// The value of the path for a value of the gate.
  private static double value(Expr expr, double gate) {
    return switch (expr) {
      case Expr.Constant(var value) -> value;
      case Expr.Value _ -> gate;
      case Expr.Apply(_, var operand) -> -value(operand, gate);
      case Expr.Combine(var operator, var left, var right) -> {
        double a = value(left, gate);
        double b = value(right, gate);
        yield switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / b;
          case MIN -> Math.min(a, b);
          case MAX -> Math.max(a, b);
        };
      }
      default -> Double.NaN;
    };
  }
}
