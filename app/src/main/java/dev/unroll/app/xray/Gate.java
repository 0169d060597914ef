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

/// The gate on the direct path of a state, and the bias that says how far it is open before anything is
/// learned.
///
/// ```
/// c' = f * c + i * g            path f        bias bf, open for large values
/// h' = z * n + (1 - z) * h      path 1 - z    bias bz, open for negative ones
/// ```
///
/// @param path as it is written in the cell, `1 - z`
/// @param sign 1 where it is open for a gate of 1, −1 for a gate of 0
/// @param bias what is added inside the gate's σ
/// @param start how that starts
record Gate(String path, int sign, String bias, Initializer start) {
  /// A gate that begins with this, σ(3) = 0.95, begins open.
  private static final double OPEN = 3;

  /// The gate of a path, if it is one: a σ with a bias, alone or taken from 1; or the first that is added to
  /// others, as `f` is where peepholes see c too.
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

  /// What may be tried to have it begin farther open than it does; empty where it begins open. It never
  /// asks for less than there is.
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

  /// The largest bias that it has at first, with the sign that opens it; NaN where that is not known.
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

  /// A vector that is added within a σ, and no factor.
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

  /// The path where the gate has a value.
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
