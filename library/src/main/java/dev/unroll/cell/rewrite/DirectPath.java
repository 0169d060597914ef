package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The path of a state through a step that bypasses all matrices, unit by unit: the constant error
/// carousel of Hochreiter and Schmidhuber 1997, for any cell.
///
/// ```
/// ∂s'/∂s = diag(p) + (what goes through products and reductions)
///
/// lstm c   c' = f * c + i * g                p = f
/// gru  h   h' = (1 - z) * n + z * h          p = z
/// rnn  h   h' = tanh(W x + U h + b)          p = 0
/// ```
///
/// p is found from the equations: their derivative with respect to s, where products with a matrix
/// and reductions over the units are held constant. It refers to values that the step computes by
/// name; a value that is only arithmetic of others is written out (`1 - i` for `f = 1 - i`).
///
/// @param path p
/// @param cell the cell, which also computes p: as the new value of one more state, `gate`
/// @param gate the name of that state
public record DirectPath(Expr path, Cell cell, String gate) {

  /// The direct path of a state.
  ///
  /// @throws CellException if the cell has no such state
  public static DirectPath of(Cell cell, String state) {
    if (!cell.states().contains(state)) {
      throw new CellException("Cell %s has no state %s; it has %s."
          .formatted(cell.name(), state, String.join(", ", cell.states())), null);
    }
    var forward = new ForwardMode(cell.shapes(), ForwardMode.Mixing.HELD,
        Map.of(state, Algebra.ONE));
    Expr path = Algebra.ZERO;
    for (var e : cell.equations()) {
      var tangent = forward.of(e);
      forward.define(e.name(), tangent);
      if (e.name().equals(state + "'")) {
        path = tangent;
      }
    }
    var arithmetic = new HashMap<String, Expr>();
    for (var e : cell.equations()) {
      if (isArithmetic(e)) {
        arithmetic.put(e.name(), written(e.value(), arithmetic));
      }
    }
    return computed(cell, state, written(path, arithmetic));
  }

  private static DirectPath computed(Cell cell, String state, Expr path) {
    var gate = new FreshNames(cell).of("direct_" + state);
    var equations = new ArrayList<>(cell.equations());
    equations.add(new Equation(gate + "'", path));
    var sizes = new LinkedHashMap<>(cell.sizes());
    var size = Objects.requireNonNull(cell.shapes().states().get(state));
    if (!size.equals(Size.HIDDEN)) {
      sizes.put(gate, size.name());
    }
    return new DirectPath(path,
        new Cell(cell.name(), equations, cell.output(), sizes, cell.initializers(),
            cell.starts(), cell.heads()),
        gate);
  }

  private static boolean isArithmetic(Equation e) {
    return !e.updatesState() && isArithmetic(e.value());
  }

  private static boolean isArithmetic(Expr expr) {
    return switch (expr) {
      case Expr.Value _, Expr.Constant _, Expr.StepNumber _ -> true;
      case Expr.Combine(var _, var a, var b) -> isArithmetic(a) && isArithmetic(b);
      default -> false;
    };
  }

  private static Expr written(Expr expr, Map<String, Expr> arithmetic) {
    return expr instanceof Expr.Value(var name)
        ? arithmetic.getOrDefault(name, expr)
        : expr.withOperands(operand -> written(operand, arithmetic));
  }
}
