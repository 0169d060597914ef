package dev.unroll.inspect.highway;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.DirectPath;
import dev.unroll.expr.Expr;
import dev.unroll.inspect.Trajectory;
import dev.unroll.inspect.step.Points;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.Rows;

/// The direct path of a state along a trajectory: the factor that each unit's old value, and its
/// gradient in the backward pass, is multiplied by at every step without passing a matrix.
///
/// ```
/// p_t = f_t for c of an LSTM, z_t for h of a GRU, 0 for h of a simple network        ([DirectPath])
/// ∂s_t/∂s_{t−k} = diag(p_t ∘ p_{t−1} ∘ … ∘ p_{t−k+1}) + (terms through matrices)
/// ```
///
/// As long as p is near one, the gradient from k steps later arrives nearly undiminished: the
/// constant error carousel of Hochreiter and Schmidhuber 1997, "Long short-term memory", Neural
/// Computation 9; with a forget gate Gers, Schmidhuber and Cummins 2000. Immutable, except for the
/// array, which must not be written.
///
/// @param state the state
/// @param path p as an expression over the values of the step; [Expr#text] is readable
/// @param steps T
/// @param batch B
/// @param gates p_t, `[T, B, size]`
public record Highway(String state, Expr path, int steps, int batch, Rows gates) {

  /// Measures the direct path of a state.
  ///
  /// @throws dev.unroll.expr.CellException if the cell has no such state
  public static Highway of(Engine engine, Recurrent layer, Trajectory at, String state) {
    var direct = DirectPath.of(layer.cell(), state);
    int rows = Math.multiplyExact(at.steps(), at.batch());
    var run = layer.examined(engine, Plan.inference(direct.cell()), 1, rows);
    at.before().forEach((name, values) -> System.arraycopy(values.array(), values.offset(),
        run.state(name, 0).array(), run.state(name, 0).offset(), rows * values.columns()));
    run.forward(at.input(), 1);
    var p = run.state(direct.gate(), 1);
    var gates = Rows.allocate(rows, p.columns());
    System.arraycopy(p.array(), p.offset(), gates.array(), 0, gates.array().length);
    return new Highway(state, direct.path(), at.steps(), at.batch(), gates);
  }

  /// The units of the state.
  public int size() {
    return gates.columns();
  }

  /// The steps of a trajectory as points.
  static Points points(Trajectory at) {
    return Points.of(at.steps(), at.batch(), at.before(), at.input());
  }
}
