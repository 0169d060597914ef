package dev.unroll.cell.rewrite;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Equation;
import dev.unroll.expr.Expr;
import dev.unroll.expr.Size;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A cell together with the derivative of its step: for each state s a state d_s, its tangent.
///
/// ```
/// s'   = F_s(x, s₁ … sₙ)
/// d_s' = Σⱼ ∂F_s/∂sⱼ · d_sⱼ                 f = σ(a)  becomes also  d_f = f * (1 - f) * d_a
/// ```
///
/// So a step from tangents v gives J v, the product with the Jacobian of the step, with the same
/// fast code as the cell itself (forward-mode differentiation; Wengert 1964, "A simple automatic
/// derivative evaluation program", Communications of the ACM 7). Input, parameters and masks are
/// constants. The states and parameters of the cell keep their names; nothing else changes.
///
/// @param cell the cell with tangents
/// @param tangents for each state the name of its tangent
public record Tangent(Cell cell, SequencedMap<String, String> tangents) {

  /// Copies its map.
  public Tangent {
    tangents = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tangents));
  }

  /// Differentiates the step of a cell.
  ///
  /// @throws dev.unroll.expr.CellException if the cell is so large that its derivative is above the
  ///     limits of a cell
  public static Tangent of(Cell cell) {
    var names = new FreshNames(cell);
    var shapes = cell.shapes();
    var tangents = new LinkedHashMap<String, String>();
    var sizes = new LinkedHashMap<>(cell.sizes());
    shapes.states().forEach((state, size) -> {
      var tangent = names.tangent(state);
      tangents.put(state, tangent);
      if (!size.equals(Size.HIDDEN)) {
        sizes.put(tangent, size.name());
      }
    });
    var before = new LinkedHashMap<String, Expr>();
    tangents.forEach((state, tangent) -> before.put(state, new Expr.Previous(tangent)));
    var forward = new ForwardMode(shapes, ForwardMode.Mixing.MOVES, before);
    var equations = new ArrayList<Equation>();
    for (var e : cell.equations()) {
      equations.add(e);
      var computed = forward.of(e);
      if (e.updatesState()) {
        var name = tangents.get(e.baseName()) + "'";
        equations.add(new Equation(name, computed));
        forward.define(e.name(), new Expr.Value(name));
      } else if (computed instanceof Expr.Constant) {
        forward.define(e.name(), computed);
      } else {
        var value = new Expr.Value(names.tangent(e.name()));
        equations.add(new Equation(value.name(), computed));
        forward.define(e.name(), value, computed);
      }
    }
    return new Tangent(new Cell(cell.name(), equations, cell.output(), sizes,
        cell.initializers(), cell.starts(), cell.heads()), tangents);
  }
}
