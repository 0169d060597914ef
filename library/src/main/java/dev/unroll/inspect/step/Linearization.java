package dev.unroll.inspect.step;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.Tangent;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.run.Unrolled;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/// Products with the Jacobians of a cell at many points at once, the steps of a trajectory.
///
/// ```
/// J_r v_r       one step of the cell's [Tangent], whose batch is the R points
/// J_rᵀ u_r      one step of back-propagation, likewise
/// ```
///
/// J_r is `[n, n]`, where n is the size of all states concatenated. It is never formed. Not
/// thread-safe.
public final class Linearization {
  private final int rows;
  private final int size;
  private final SequencedMap<String, Columns> columns = new LinkedHashMap<>();
  private final SequencedMap<String, String> tangents;
  private final Unrolled forward;
  private final Unrolled backward;
  private Rows input;
  private final Rows nothing;

  /// The columns of one state among those of all.
  public record Columns(int from, int n) {}

  /// @param cell the layer's, or a rewrite of it
  public Linearization(Engine engine, Recurrent layer, Cell cell, Points at) {
    rows = at.rows();
    input = at.input();
    var tangent = Tangent.of(cell);
    tangents = tangent.tangents();
    forward = layer.examined(engine, Plan.inference(tangent.cell()), 1, rows);
    backward = layer.examined(engine, Plan.repeatable(cell), 1, rows);
    int n = 0;
    for (var state : cell.states()) {
      var values = Objects.requireNonNull(at.before().get(state), state);
      columns.put(state, new Columns(n, values.columns()));
      n += values.columns();
    }
    size = n;
    Math.multiplyExact(rows, size);
    nothing = Rows.allocate(rows, backward.output().columns());
    move(at);
  }

  /// Sets the points of the Jacobians to as many others.
  public void move(Points at) {
    columns.keySet().forEach(state -> {
      var values = Objects.requireNonNull(at.before().get(state), state);
      copy(values, forward.state(state, 0));
      copy(values, backward.state(state, 0));
    });
    input = at.input();
    backward.forward(input, 1);
  }

  private void copy(Rows from, Rows to) {
    System.arraycopy(
        from.array(), from.offset(), to.array(), to.offset(), rows * from.columns());
  }

  /// R, the number of Jacobians.
  public int rows() {
    return rows;
  }

  /// n, the size of all states.
  public int size() {
    return size;
  }

  /// The columns of a state in a row.
  public Columns columns(String state) {
    return Objects.requireNonNull(columns.get(state), state);
  }

  /// J v for each row.
  ///
  /// @param v `[R, n]`
  /// @param into `[R, n]`; may be the same array
  public void forward(float[] v, float[] into) {
    columns.forEach((state, c) -> scatter(v, c, forward.state(tangent(state), 0)));
    forward.forward(input, 1);
    columns.forEach((state, c) -> gather(forward.state(tangent(state), 1), c, into));
  }

  /// Jᵀ u for each row.
  ///
  /// @param u `[R, n]`
  /// @param into `[R, n]`; may be the same array
  public void transposed(float[] u, float[] into) {
    columns.forEach((state, c) -> scatter(u, c, backward.stateGradient(state, 1)));
    backward.backwardStep(nothing, 0);
    columns.forEach((state, c) -> gather(backward.stateGradient(state, 0), c, into));
  }

  private String tangent(String state) {
    return Objects.requireNonNull(tangents.get(state));
  }

  private void scatter(float[] all, Columns c, Rows to) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(all, r * size + c.from(), to.array(), to.offset() + r * c.n(), c.n());
    }
  }

  private void gather(Rows from, Columns c, float[] all) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(from.array(), from.offset() + r * c.n(), all, r * size + c.from(), c.n());
    }
  }
}
