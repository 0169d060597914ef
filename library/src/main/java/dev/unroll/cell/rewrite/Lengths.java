package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;

/// A cell whose states are held where a step is padding.
///
/// ```
/// s' = present * (what the cell computes) + (1 - present) * s        for each state s
/// ```
///
/// Of a cell that starts anew ([Restart]), `s` is the state after that: a sequence that begins with padding
/// holds the values it starts from.
///
/// `stepnumber(present)` is 1 where a step of a sample is there and 0 where it is padding. A padded step
/// changes no state, and the gradient of the states passes it unchanged; it adds nothing to that of the
/// parameters and of `x` unless one arrives for its output. What a cell computes there is multiplied by zero, so
/// it has to be finite: layers read a padded `x` as zero, whatever stands there. So sequences of any lengths lie side by side
/// unsorted, and padding may also come first, as it does where time is reversed.
public final class Lengths {
  /// What the step number is called.
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
