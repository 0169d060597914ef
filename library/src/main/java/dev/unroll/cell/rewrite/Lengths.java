package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/// A cell whose states are held at padded steps.
///
/// ```
/// s' = present * (what the cell computes) + (1 - present) * s        for each state s
/// ```
///
/// In a cell with resets ([Restart]), `s` is the state after the reset: a sequence that begins with
/// padding holds its initial values.
///
/// If the cell says from what states start, later equations read what was computed for a state,
/// `s_new`, and not what is held: `exp(i - m')` would be infinite where m is still its start,
/// −1e38.
///
/// `stepnumber(present)` is the input mask: 1 for a step of a sample and 0 for padding. A padded
/// step changes no state, and the gradient of the states passes it unchanged; it adds nothing to
/// the gradients of the parameters and of `x` unless its output has a gradient. The values that a
/// cell computes there are multiplied by zero, so they have to be finite: layers read a padded `x`
/// as zero, whatever its values, or as the `x` before it where zero would not do ([#needsInput]).
/// So sequences of any lengths can be batched unsorted, and padding may also come first, as it does
/// in reversed time.
public final class Lengths {
  /// The name of the step number.
  public static final String PRESENT = "present";

  private Lengths() {}

  /// The cell with held states.
  public static Cell of(Cell cell) {
    var present = new Expr.StepNumber(PRESENT);
    var absent = new Expr.Constant(1).minus(present);
    var starts = Restart.starts(cell);
    var names = new FreshNames(cell);
    var computed = new HashMap<String, Expr>();
    var equations = new ArrayList<Equation>();
    // Last, so that the backward pass adds up gradients in the order that it has without padding.
    var held = new ArrayList<Equation>();
    for (var e : cell.equations()) {
      var value = read(e.value(), computed);
      if (!e.updatesState()) {
        equations.add(new Equation(e.name(), value));
        continue;
      }
      boolean holds = !cell.starts().isEmpty();
      if (holds) {
        var name = names.of(e.baseName() + "_new");
        equations.add(new Equation(name, value));
        value = new Expr.Value(name);
        computed.put(e.name(), value);
      }
      (holds ? held : equations).add(new Equation(e.name(), present.times(value).plus(absent.times(
          starts.getOrDefault(e.baseName(), new Expr.Previous(e.baseName()))))));
    }
    equations.addAll(held);
    return cell.equations(equations);
  }

  private static Expr read(Expr expr, Map<String, Expr> computed) {
    return expr instanceof Expr.Value(var name)
        ? computed.getOrDefault(name, expr)
        : expr.withOperands(operand -> read(operand, computed));
  }

  /// Whether the cell may compute what is not finite, or has no finite derivative, where x is zero:
  /// it divides by what is not a constant, or takes a logarithm or a root.
  public static boolean needsInput(Cell cell) {
    return cell.equations().stream().anyMatch(e -> needsInput(e.value()));
  }

  private static boolean needsInput(Expr expr) {
    boolean here = switch (expr) {
      case Expr.Combine(var operator, var _, var divisor) ->
          operator == Expr.Operator.DIVIDE && !(divisor instanceof Expr.Constant);
      case Expr.Apply(var function, var _) ->
          function == Function.LOG || function == Function.SQRT;
      default -> false;
    };
    var found = new boolean[] {here};
    expr.withOperands(operand -> {
      found[0] |= needsInput(operand);
      return operand;
    });
    return found[0];
  }
}
