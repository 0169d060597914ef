package dev.unroll.inspect.highway;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.cell.rewrite.AfterUpdate;
import dev.unroll.inspect.Trajectory;
import dev.unroll.inspect.step.Linearization;
import dev.unroll.inspect.step.Points;
import dev.unroll.inspect.step.Vectors;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The back-propagation of gradients of a state s from several steps of a trajectory at once.
///
/// ```
/// (ds_t/ds_{t−k})ᵀ u = ∂s + K_{t−k}ᵀ ∂r        ∂s, ∂r = J_{t−k+1}ᵀ … J_tᵀ u        K = ∂r/∂s ([AfterUpdate])
/// ```
///
/// r are the other states, which follow s within a step. Each of the P positions t has a row for
/// each sample; at lag k all of them are at their own step t − k. Rows are normalized to length one
/// at every step and the logarithm of their length is kept. Not thread-safe.
final class HighwayBackward {
  private final Trajectory at;
  private final String state;
  private final int[] positions;
  private final Linearization step;
  private final Linearization.Columns columns;
  private final @Nullable AfterUpdate rewrite;
  private final @Nullable Linearization after;
  private final float[] gradients;
  private final float[] rest;
  private final double[] logs;
  private int lag;

  /// @param positions steps of the trajectory
  HighwayBackward(Engine engine, Recurrent layer, Trajectory at, String state, int[] positions) {
    this.at = at;
    this.state = state;
    this.positions = positions.clone();
    step = new Linearization(engine, layer, layer.cell(),
        Highway.points(at.chosen(positions)));
    columns = step.columns(state);
    gradients = new float[step.rows() * step.size()];
    logs = new double[step.rows()];
    if (layer.cell().states().size() == 1) {
      rewrite = null;
      after = null;
      rest = new float[0];
    } else {
      rewrite = AfterUpdate.of(layer.cell(), state);
      after = new Linearization(engine, layer, rewrite.cell(), updated(rewrite, steps(0)));
      rest = new float[after.rows() * after.size()];
    }
  }

  /// P · B
  int rows() {
    return step.rows();
  }

  /// The size of s.
  int size() {
    return columns.n();
  }

  /// Whether the row has a step at the current lag.
  boolean isThere(int row) {
    return positions[row / at.batch()] >= lag;
  }

  /// Starts again at lag 0.
  ///
  /// @param u `[P · B, size]`
  void begin(float[] u) {
    lag = 0;
    Arrays.fill(gradients, 0f);
    Arrays.fill(logs, 0);
    for (int r = 0; r < rows(); r++) {
      System.arraycopy(u, r * size(), gradients, r * step.size() + columns.from(), size());
    }
  }

  /// Moves one step back.
  void back() {
    step.move(Highway.points(at.chosen(steps(lag))));
    step.transposed(gradients, gradients);
    lag++;
    for (int r = 0; r < rows(); r++) {
      logs[r] += Math.log(Vectors.normalize(gradients, r * step.size(), step.size()));
    }
  }

  /// The gradients of s at this lag, divided by the exponential of [#scale].
  ///
  /// @param into `[P · B, size]`; rows without a step at this lag are undefined
  void take(float[] into) {
    for (int r = 0; r < rows(); r++) {
      System.arraycopy(gradients, r * step.size() + columns.from(), into, r * size(), size());
    }
    if (after == null || rewrite == null || lag == 0) {
      return;
    }
    after.move(updated(rewrite, steps(lag)));
    Arrays.fill(rest, 0f);
    int own = after.columns(state).from();
    for (int r = 0; r < rows(); r++) {
      int from = r * after.size();
      // The states of a step come first, in the same order.
      System.arraycopy(gradients, r * step.size(), rest, from, step.size());
      Arrays.fill(rest, from + own, from + own + size(), 0f);
    }
    after.transposed(rest, rest);
    for (int r = 0; r < rows(); r++) {
      for (int i = 0; i < size(); i++) {
        into[r * size() + i] += rest[r * after.size() + own + i];
      }
    }
  }

  /// The logarithm of the factor that the row of [#take] is to be multiplied by.
  double scale(int row) {
    return logs[row];
  }

  /// The step of each position at a lag; the first if it has none.
  private int[] steps(int lag) {
    return Arrays.stream(positions).map(t -> Math.max(0, t - lag)).toArray();
  }

  /// The points within these steps where s has its new value; that of the last step is unknown and
  /// not needed.
  private Points updated(AfterUpdate rewrite, int[] steps) {
    var start = at.chosen(steps);
    var before = new LinkedHashMap<String, Rows>(start.before());
    before.put(rewrite.old(), requireNonNull(before.get(state)));
    var next = Arrays.stream(steps).map(t -> Math.min(t + 1, at.steps() - 1)).toArray();
    before.put(state, requireNonNull(at.chosen(next).before().get(state)));
    return Points.of(start.steps(), start.batch(), before, start.input());
  }
}
