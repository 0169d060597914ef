package dev.unroll.cell.rewrite;

import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;

/// Sums and products of expressions, simplified: without the zeros and ones that differentiation
/// leaves.
final class Algebra {
  static final Expr ZERO = new Expr.Constant(0);
  static final Expr ONE = new Expr.Constant(1);

  private Algebra() {}

  static boolean isZero(Expr a) {
    return a instanceof Expr.Constant(double value) && value == 0;
  }

  static Expr plus(Expr a, Expr b) {
    return isZero(a) ? b : isZero(b) ? a : combine(Operator.ADD, a, b);
  }

  static Expr minus(Expr a, Expr b) {
    return isZero(b) ? a : isZero(a) ? negate(b) : combine(Operator.SUBTRACT, a, b);
  }

  static Expr times(Expr a, Expr b) {
    if (isZero(a) || isZero(b)) {
      return ZERO;
    }
    return isOne(a) ? b : isOne(b) ? a : combine(Operator.MULTIPLY, a, b);
  }

  static Expr over(Expr a, Expr b) {
    return isZero(a) ? ZERO : isOne(b) ? a : combine(Operator.DIVIDE, a, b);
  }

  static Expr negate(Expr a) {
    return switch (a) {
      case Expr.Constant(double value) -> value == 0 ? ZERO : new Expr.Constant(-value);
      case Expr.Apply(var f, var operand) when f == Function.NEGATE -> operand;
      default -> new Expr.Apply(Function.NEGATE, a);
    };
  }

  static Expr apply(Function function, Expr a) {
    return new Expr.Apply(function, a);
  }

  private static boolean isOne(Expr a) {
    return a instanceof Expr.Constant(double value) && value == 1;
  }

  private static Expr combine(Operator operator, Expr a, Expr b) {
    if (a instanceof Expr.Constant(double left) && b instanceof Expr.Constant(double right)) {
      double value = operator.of(left, right);
      // The constants of a cell must be finite as floats.
      if (Float.isFinite((float) value)) {
        return new Expr.Constant(value);
      }
    }
    return new Expr.Combine(operator, a, b);
  }
}
