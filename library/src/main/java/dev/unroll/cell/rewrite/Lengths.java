package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;

/// A cell whose states are held at padded steps.
///
/// ```
/// s' = present * (what the cell computes) + (1 - present) * s        for each state s
/// ```
///
/// In a cell with resets ([Restart]), `s` is the state after the reset: a sequence that begins with
/// padding holds its initial values.
///
/// `stepnumber(present)` is the input mask: 1 for a step of a sample and 0 for padding. A padded
/// step changes no state, and the gradient of the states passes it unchanged; it adds nothing to
/// the gradients of the parameters and of `x` unless its output has a gradient. The values that a
/// cell computes there are multiplied by zero, so they have to be finite: layers read a padded `x`
/// as zero, whatever its values. So sequences of any lengths can be batched unsorted, and padding
/// may also come first, as it does in reversed time.
public final class Lengths {
  /// The name of the step number.
  public static final String PRESENT = "present";

  private Lengths() {}

  /// The cell with held states.
  public static Cell of(Cell cell) {
    var present = new Expr.StepNumber(PRESENT);
    var absent = new Expr.Constant(1).minus(present);
    var starts = Restart.starts(cell);
    var equations = cell.equations().stream()
        .map(e -> e.updatesState()
            ? new Equation(e.name(), present.times(e.value())
                .plus(absent.times(
                    starts.getOrDefault(e.baseName(), new Expr.Previous(e.baseName())))))
            : e)
        .toList();
    return new Cell(cell.name(), equations, cell.output(), cell.sizes(), cell.initializers());
  }
}
