package dev.unroll.onnx.export;

import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Expr.Combine;
import dev.unroll.expr.Expr.Constant;
import dev.unroll.expr.Expr.Operator;
import java.util.List;

/// The equations of a cell as they are outside training: dropout masks are 1, zoneout is its
/// probability, and no state is reset, since states that are learned are given before the first
/// step.
final class Inference {
  private Inference() {}

  /// @param zoneout the probability with which a state keeps its value
  static List<Equation> equations(Cell cell, double zoneout) {
    return cell.equations().stream()
        .map(e -> new Equation(e.name(), simplified(e.value(), (float) zoneout))).toList();
  }

  private static Expr simplified(Expr expr, float zoneout) {
    return switch (expr) {
      case Expr.Mask _ -> new Constant(1);
      case Expr.StepMask _ -> new Constant(zoneout);
      case Expr.StepNumber(var name) when name.equals(Restart.KEEP)
          || name.equals(Lengths.PRESENT) -> new Constant(1);
      case Combine(var operator, var left, var right) ->
          combined(operator, simplified(left, zoneout), simplified(right, zoneout));
      default -> expr.withOperands(operand -> simplified(operand, zoneout));
    };
  }

  private static Expr combined(Operator operator, Expr a, Expr b) {
    return switch (operator) {
      case MULTIPLY -> is(a, 1) ? b
          : is(b, 1) ? a
              : is(a, 0) ? a
                  : is(b, 0) ? b
                      : new Combine(operator, a, b);
      case ADD -> is(a, 0) ? b : is(b, 0) ? a : new Combine(operator, a, b);
      case SUBTRACT -> is(a, 1) && is(b, 1) ? new Constant(0) : new Combine(operator, a, b);
      default -> new Combine(operator, a, b);
    };
  }

  private static boolean is(Expr expr, double value) {
    return expr instanceof Constant(var constant) && constant == value;
  }
}
