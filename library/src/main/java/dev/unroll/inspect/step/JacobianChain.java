package dev.unroll.inspect.step;

import java.util.Arrays;

/// Products with the Jacobians over k steps, for all windows of k consecutive steps at once.
///
/// ```
/// M_w = J_{w+k−1} … J_{w+1} J_w          from the state `from` before step w to `to` after step w + k − 1
/// ```
///
/// Before each step every row is normalized to length one and the logarithm of its length recorded,
/// so that no product vanishes or overflows. Not thread-safe.
public final class JacobianChain {
  private final Linearization jacobians;
  private final Linearization.Columns from;
  private final Linearization.Columns to;
  private final int steps;
  private final int shift;
  private final int count;
  private final float[] state;

  /// @param steps k
  /// @param batch B
  public JacobianChain(Linearization jacobians, Linearization.Columns from,
      Linearization.Columns to,
      int steps,
      int batch) {
    this.jacobians = jacobians;
    this.from = from;
    this.to = to;
    this.steps = steps;
    shift = batch;
    count = jacobians.rows() - (steps - 1) * batch;
    state = new float[jacobians.rows() * jacobians.size()];
  }

  /// The number of windows times B.
  int count() {
    return count;
  }

  /// The size of an input vector.
  int inputs() {
    return from.n();
  }

  /// The size of an output vector.
  int outputs() {
    return to.n();
  }

  /// M v for each window.
  ///
  /// @param v for each window a vector of [#inputs]
  /// @param into for each window [#outputs] numbers
  void forward(double[][] v, double[][] into) {
    var logs = put(v, from, 0);
    for (int j = 0; j < steps; j++) {
      if (j > 0) {
        move(1, j, logs);
      }
      jacobians.forward(state, state);
    }
    take(into, to, steps - 1, logs);
  }

  /// Mᵀ u for each window.
  ///
  /// @param u for each window a vector of [#outputs]
  /// @param into for each window [#inputs] numbers
  void transposed(double[][] u, double[][] into) {
    var logs = put(u, to, steps - 1);
    for (int j = steps - 1; j >= 0; j--) {
      if (j < steps - 1) {
        move(-1, j, logs);
      }
      jacobians.transposed(state, state);
    }
    take(into, from, 0, logs);
  }

  /// Writes vectors to the rows of step `j` of their windows.
  private double[] put(double[][] vectors, Linearization.Columns columns, int j) {
    int size = jacobians.size();
    Arrays.fill(state, 0f);
    var logs = new double[count];
    for (int w = 0; w < count; w++) {
      int at = (w + j * shift) * size + columns.from();
      double length = Vectors.norm(vectors[w]);
      if (length > 0) {
        logs[w] = Math.log(length);
        for (int i = 0; i < columns.n(); i++) {
          state[at + i] = (float) (vectors[w][i] / length);
        }
      }
    }
    return logs;
  }

  private void take(double[][] into, Linearization.Columns columns, int j, double[] logs) {
    int size = jacobians.size();
    for (int w = 0; w < count; w++) {
      int at = (w + j * shift) * size + columns.from();
      double factor = Math.exp(logs[w]);
      for (int i = 0; i < columns.n(); i++) {
        into[w][i] = state[at + i] * factor;
      }
    }
  }

  /// Moves the vectors of all windows from the rows of the previous step to those of step `j`.
  private void move(int direction, int j, double[] logs) {
    int size = jacobians.size();
    int to = j * shift * size;
    System.arraycopy(state, to - direction * shift * size, state, to, count * size);
    Arrays.fill(state, 0, to, 0f);
    Arrays.fill(state, to + count * size, state.length, 0f);
    for (int w = 0; w < count; w++) {
      double length = Vectors.normalize(state, to + w * size, size);
      logs[w] += length == 0 ? 0 : Math.log(length);
    }
  }
}
