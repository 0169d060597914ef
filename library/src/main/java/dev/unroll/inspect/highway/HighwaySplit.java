package dev.unroll.inspect.highway;

import dev.unroll.Engine;
import dev.unroll.inspect.Trajectory;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// Splits one step's derivative of a state into its direct path and the rest.
///
/// ```
/// ds_t/ds_{t−1} = diag(p_t) + R_t        total = highway + rest
///
/// highway_t = ‖diag(p_t)‖_F / √n         rest_t = ‖R_t‖_F / √n         total_t = ‖ds_t/ds_{t−1}‖_F / √n
/// ```
///
/// For c of an LSTM, p_t is the forget gate; the rest goes from c_{t−1} through h_{t−1} and the
/// matrices U to the gates of step t. Norms are root mean squares over the units, so 1 is a
/// gradient that keeps its length, and over the samples. At t = 0 the state before the step is
/// given, and there is no path through other states.
///
/// Up to 64 units are measured exactly, with all unit vectors; more with 16 random vectors ξ of ±1,
/// since `E ‖R ξ‖² = ‖R‖_F²` (Hutchinson 1990, "A stochastic estimator of the trace of the
/// influence matrix"): the relative error of a norm is about `1 / √(32 B)` at most if one direction
/// dominates, and far smaller if many contribute. Immutable, except for the arrays, which must not
/// be written.
///
/// @param state the state
/// @param highway `[T]`
/// @param rest `[T]`
/// @param total `[T]`
/// @param exact whether the measurement is exact
public record HighwaySplit(
    String state, double[] highway, double[] rest, double[] total, boolean exact) {
  private static final int EXACT = 64;
  private static final int DIRECTIONS = 16;

  /// Measures a layer.
  ///
  /// @param highway the direct path along the same trajectory
  public static HighwaySplit of(
      Engine engine, Recurrent layer, Trajectory at, Highway highway) {
    var derivative = new TotalDerivative(engine, layer, at, highway.state());
    int n = derivative.size();
    boolean exact = n <= EXACT;
    int directions = exact ? n : DIRECTIONS;
    var random = CounterRandom.of(0).stream("highway split");
    var v = new float[derivative.rows() * n];
    var moved = new float[v.length];
    var rest = new double[at.steps()];
    var total = new double[at.steps()];
    var direct = new double[at.steps()];
    int row = at.batch() * n;
    for (int d = 0; d < directions; d++) {
      for (int i = 0; i < v.length; i++) {
        v[i] = exact ? i % n == d ? 1 : 0 : (random.bits(d, i) & 1) == 0 ? -1 : 1;
      }
      derivative.forward(v, moved);
      for (int i = 0; i < v.length; i++) {
        double own = (double) highway.gates().array()[highway.gates().offset() + i] * v[i];
        direct[i / row] += own * own;
        rest[i / row] += (moved[i] - own) * (moved[i] - own);
        total[i / row] += (double) moved[i] * moved[i];
      }
    }
    double samples = exact ? row : (double) row * directions;
    return new HighwaySplit(highway.state(), roots(direct, samples), roots(rest, samples),
        roots(total, samples), exact);
  }

  private static double[] roots(double[] squares, double n) {
    return Arrays.stream(squares).map(s -> Math.sqrt(s / n)).toArray();
  }

  /// The highway's share of the step t: `highway² / (highway² + rest²)`; 0 if both are 0.
  public double share(int t) {
    double own = highway[t] * highway[t];
    return own == 0 ? 0 : own / (own + rest[t] * rest[t]);
  }
}
