package dev.unroll.inspect.highway;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.AfterUpdate;
import dev.unroll.inspect.Trajectory;
import dev.unroll.inspect.step.Linearization;
import dev.unroll.inspect.step.Points;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Products with ∂s_t/∂s_{t−1} of one state s, where the other states r follow s within step t − 1:
///
/// ```
/// ds_t/ds_{t−1} = ∂s_t/∂s_{t−1} + ∂s_t/∂r_{t−1} · K_{t−1}        K_t = ∂r_t/∂s_t        ([AfterUpdate])
/// ```
///
/// For c of an LSTM, r is h = o ∘ tanh(c). The state before the first step is given, so K is zero
/// there. All steps at once, rows r = t · B + b; R = T · B. Not thread-safe.
final class TotalDerivative {
  private final Linearization step;
  private final Linearization.Columns columns;
  private final int batch;
  private final @Nullable Linearization after;
  private final Linearization.Columns columnsAfter;
  private final float[] all;
  private final float[] rest;

  TotalDerivative(Engine engine, Recurrent layer, Trajectory at, String state) {
    step = new Linearization(engine, layer, layer.cell(), Highway.points(at));
    columns = step.columns(state);
    batch = at.batch();
    all = new float[step.rows() * step.size()];
    if (layer.cell().states().size() == 1 || at.steps() == 1) {
      after = null;
      columnsAfter = columns;
      rest = new float[0];
    } else {
      var rewrite = AfterUpdate.of(layer.cell(), state);
      var start = at.part(0, at.steps() - 1);
      var before = new LinkedHashMap<String, Rows>(start.before());
      before.put(rewrite.old(), requireNonNull(before.get(state)));
      before.put(state, requireNonNull(at.part(1, start.steps()).before().get(state)));
      after = new Linearization(engine, layer, rewrite.cell(),
          Points.of(start.steps(), batch, before, start.input()));
      columnsAfter = after.columns(state);
      rest = new float[after.rows() * after.size()];
    }
  }

  /// R
  int rows() {
    return step.rows();
  }

  /// The size of s.
  int size() {
    return columns.n();
  }

  /// The product of the total derivative with a vector for each row.
  ///
  /// @param v `[R, size]`
  /// @param into `[R, size]`
  void forward(float[] v, float[] into) {
    Arrays.fill(all, 0f);
    put(v, all);
    if (after != null) {
      Arrays.fill(rest, 0f);
      for (int r = 0; r < after.rows(); r++) {
        System.arraycopy(v, (r + batch) * size(), rest,
            r * after.size() + columnsAfter.from(), size());
      }
      after.forward(rest, rest);
      // The states of the step come first in both, and the state itself has its vector already.
      for (int r = 0; r < after.rows(); r++) {
        int from = r * after.size();
        int to = (r + batch) * step.size();
        System.arraycopy(rest, from, all, to, columns.from());
        int end = columns.from() + size();
        System.arraycopy(rest, from + end, all, to + end, step.size() - end);
      }
    }
    step.forward(all, all);
    take(all, into);
  }

  private void put(float[] of, float[] into) {
    for (int r = 0; r < step.rows(); r++) {
      System.arraycopy(of, r * size(), into, r * step.size() + columns.from(), size());
    }
  }

  private void take(float[] from, float[] into) {
    for (int r = 0; r < step.rows(); r++) {
      System.arraycopy(from, r * step.size() + columns.from(), into, r * size(), size());
    }
  }
}
