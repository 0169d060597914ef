package dev.unroll.cell.rewrite;

import static dev.unroll.cell.rewrite.Algebra.ONE;
import static dev.unroll.cell.rewrite.Algebra.ZERO;
import static dev.unroll.cell.rewrite.Algebra.apply;
import static dev.unroll.cell.rewrite.Algebra.isZero;
import static dev.unroll.cell.rewrite.Algebra.minus;
import static dev.unroll.cell.rewrite.Algebra.negate;
import static dev.unroll.cell.rewrite.Algebra.over;
import static dev.unroll.cell.rewrite.Algebra.plus;
import static dev.unroll.cell.rewrite.Algebra.times;

import dev.unroll.expr.Cell.Shapes;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Expr.Reduction;
import dev.unroll.expr.Function;
import dev.unroll.expr.Size;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Forward-mode differentiation of equations: the tangent of a value is its derivative along the
/// tangents of the states before the step. Input, parameters and masks are constant.
///
/// At a kink the derivative is that of reverse mode: `step`, `sign`, and for `min` and `max` of
/// equal values that of the right operand.
final class ForwardMode {
  /// Which tangents matrix products and reductions over the units propagate.
  enum Mixing {
    /// The full tangent: the derivative.
    MOVES,
    /// None: what remains is the path of each unit by itself.
    HELD
  }

  private final Shapes shapes;
  private final Mixing mixing;
  private final Map<String, Expr> states;
  private final Map<String, Expr> values = new HashMap<>();
  private final Set<String> numbers = new HashSet<>();

  /// @param states the tangent of each state before the step; zero where there is none
  ForwardMode(Shapes shapes, Mixing mixing, Map<String, Expr> states) {
    this.shapes = shapes;
    this.mixing = mixing;
    this.states = Map.copyOf(states);
  }

  /// The tangent of the value of an equation; its operands must be defined already.
  Expr of(Equation equation) {
    return tangent(equation.value(), new Expr.Value(equation.name()));
  }

  /// From now on the value `name` has this tangent.
  void define(String name, Expr tangent) {
    values.put(name, tangent);
  }

  /// From now on the value `name` has a tangent that is computed by an equation of its own.
  void define(String name, Expr.Value tangent, Expr computed) {
    if (isNumber(computed)) {
      numbers.add(tangent.name());
    }
    define(name, tangent);
  }

  private Expr tangent(Expr expr) {
    return tangent(expr, expr);
  }

  /// @param y the value of the expression, by name if it has one
  private Expr tangent(Expr expr, Expr y) {
    return switch (expr) {
      case Expr.Input _, Expr.Vector _, Expr.Constant _ -> ZERO;
      case Expr.Mask _, Expr.StepMask _, Expr.StepNumber _ -> ZERO;
      case Expr.Previous(var name) -> states.getOrDefault(name, ZERO);
      case Expr.Value(var name) -> values.getOrDefault(name, ZERO);
      case Expr.Product(var matrix, Expr.Concatenation(var parts)) -> {
        var tangents = mixing == Mixing.HELD ? List.<Expr>of()
            : parts.stream().map(a -> spread(tangent(a), a)).toList();
        yield tangents.stream().allMatch(Algebra::isZero) ? ZERO
            : new Expr.Product(matrix, new Expr.Concatenation(tangents));
      }
      case Expr.Concatenation _ ->
          throw new IllegalStateException("a list of vectors behind no matrix");
      case Expr.Product(var matrix, var a) -> {
        var da = mixing == Mixing.HELD ? ZERO : tangent(a);
        yield isZero(da) ? ZERO : new Expr.Product(matrix, spread(da, a));
      }
      case Expr.Reduce(var reduction, var a) -> {
        var da = mixing == Mixing.HELD ? ZERO : tangent(a);
        yield isZero(da) ? ZERO : rule(reduction, a, spread(da, a));
      }
      case Expr.Apply(var function, var a) -> {
        var da = tangent(a);
        yield isZero(da) ? ZERO : rule(function, a, y, da);
      }
      case Expr.Combine(var operator, var a, var b) -> rule(operator, a, b, y);
    };
  }

  private static Expr rule(Function f, Expr a, Expr y, Expr da) {
    return switch (f) {
      case SIGMOID -> times(times(y, minus(ONE, y)), da);
      case TANH -> times(minus(ONE, times(y, y)), da);
      case RELU -> times(apply(Function.STEP, a), da);
      case EXP -> times(y, da);
      case LOG -> over(da, a);
      case EXPM1 -> times(apply(Function.EXP, a), da);
      case LOG1P -> over(da, plus(ONE, a));
      case SOFTPLUS -> times(apply(Function.SIGMOID, a), da);
      case LOGSIGMOID -> times(apply(Function.SIGMOID, negate(a)), da);
      case SIN -> times(apply(Function.COS, a), da);
      case COS -> negate(times(apply(Function.SIN, a), da));
      case SQRT -> over(times(new Expr.Constant(0.5), da), y);
      case ABS -> times(apply(Function.SIGN, a), da);
      case NEGATE -> negate(da);
      case STEP, SIGN -> ZERO;
      case FLUSH -> da;
    };
  }

  private Expr rule(Operator operator, Expr a, Expr b, Expr y) {
    var da = tangent(a);
    var db = tangent(b);
    return switch (operator) {
      case ADD -> plus(da, db);
      case SUBTRACT -> minus(da, db);
      case MULTIPLY -> plus(times(da, b), times(a, db));
      case DIVIDE -> over(minus(da, times(y, db)), b);
      case MAX -> chosen(minus(a, b), da, db);
      case MIN -> chosen(minus(b, a), da, db);
    };
  }

  private static Expr chosen(Expr difference, Expr da, Expr db) {
    if (isZero(da) && isZero(db)) {
      return ZERO;
    }
    var left = apply(Function.STEP, difference);
    return plus(times(left, da), times(minus(ONE, left), db));
  }

  private static Expr rule(Reduction reduction, Expr a, Expr da) {
    return switch (reduction) {
      case MEAN, SUM -> new Expr.Reduce(reduction, da);
      case VARIANCE -> times(new Expr.Constant(2), new Expr.Reduce(Reduction.MEAN,
          times(minus(a, new Expr.Reduce(Reduction.MEAN, a)), da)));
    };
  }

  /// The tangent of the vector `a` as a vector, also if all its elements are equal.
  private Expr spread(Expr da, Expr a) {
    return isNumber(da) && !isZero(da) ? new Expr.Combine(Operator.ADD, da, a.minus(a)) : da;
  }

  private boolean isNumber(Expr expr) {
    return switch (expr) {
      case Expr.Constant _, Expr.StepNumber _, Expr.Reduce _ -> true;
      case Expr.Value(var name) ->
          numbers.contains(name) || Size.ONE.equals(shapes.values().get(name));
      case Expr.Apply(var _, var a) -> isNumber(a);
      case Expr.Combine(var _, var a, var b) -> isNumber(a) && isNumber(b);
      case Expr.Input _, Expr.Previous _, Expr.Vector _, Expr.Mask _, Expr.StepMask _ -> false;
      case Expr.Product _, Expr.Concatenation _ -> false;
    };
  }
}
