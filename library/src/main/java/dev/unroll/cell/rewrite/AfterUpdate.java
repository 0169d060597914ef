package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// The rest of a step of a cell after one of its states has its new value.
///
/// ```
/// c' = f * c + i * g                c'     = c          c is the new value,
/// h' = o * tanh(c')       becomes   h'     = o * tanh(c')
///                                   c_old' = c_old      c_old the one before
/// ```
///
/// The Jacobian of this cell has ∂h'/∂c', the part of the gradient path from c to the next step
/// that goes through h.
///
/// @param cell the cell; its states are those of the original and `old`
/// @param old the state that takes the value before the step
public record AfterUpdate(Cell cell, String old) {

  /// The rest of the step once `state` is updated.
  public static AfterUpdate of(Cell cell, String state) {
    var old = new FreshNames(cell).of(state + "_old");
    var equations = new ArrayList<Equation>();
    for (var e : cell.equations()) {
      equations.add(e.name().equals(state + "'")
          ? new Equation(e.name(), new Expr.Previous(state))
          : new Equation(e.name(), before(e.value(), state, old)));
    }
    equations.add(new Equation(old + "'", new Expr.Previous(old)));
    var sizes = new LinkedHashMap<>(cell.sizes());
    // The equation that is left out may be the one that said how large a value is.
    var shapes = cell.shapes();
    shapes.states().forEach((name, size) -> name(sizes, name, size));
    shapes.values().forEach((name, size) -> name(sizes, name, size));
    name(sizes, old, Objects.requireNonNull(shapes.states().get(state)));
    var rest = new Cell(cell.name(), equations, cell.output(), sizes, new LinkedHashMap<>());
    var heads = new LinkedHashMap<>(cell.heads());
    heads.keySet().retainAll(rest.shapes().matrices().keySet());
    return new AfterUpdate(new Cell(cell.name(), equations, cell.output(), sizes,
        new LinkedHashMap<>(), new LinkedHashMap<>(), heads), old);
  }

  private static void name(SequencedMap<String, String> sizes, String of, Size size) {
    if (!size.equals(Size.HIDDEN) && !size.equals(Size.ONE)) {
      sizes.putIfAbsent(of, size.name());
    }
  }

  private static Expr before(Expr expr, String state, String old) {
    return expr instanceof Expr.Previous(var name) && name.equals(state)
        ? new Expr.Previous(old)
        : expr.withOperands(operand -> before(operand, state, old));
  }
}
