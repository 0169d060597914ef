package dev.unroll.inspect;

import dev.unroll.kernel.Engine;
import dev.unroll.layer.Recurrent;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// The gradient of a state over k steps, beside what its direct path alone would carry.
///
/// ```
/// alone_k = rms ‖p_{t−k+1} ∘ … ∘ p_t ∘ u‖        true_k = rms ‖(ds_t/ds_{t−k})ᵀ u‖        ‖u‖ = 1
/// ```
///
/// rms is the root mean square over all t from k to T − 1, the samples, and random directions u of
/// elements ±1/√n: so both are Frobenius norms divided by √n, the first exactly, the second to about
/// `1 / √(2 N)` for N independent ones of these. A gradient that keeps its length stays at 1. One way back
/// of all positions at once gives every lag; rows are brought to length one at every step, so that nothing
/// underflows. Immutable, but for the arrays, which the caller must not write.
///
/// @param state the state
/// @param alone `[K + 1]`, by lag from 0
/// @param truly `[K + 1]`, by lag from 0
public record HighwayGradient(String state, double[] alone, double[] truly) {
  private static final int DIRECTIONS = 4;

  /// Measures a layer.
  ///
  /// @param highway the direct path along the same trajectory
  /// @param lags K, below the steps of the trajectory
  /// @throws IllegalArgumentException if it is not
  public static HighwayGradient of(
      Engine engine, Recurrent layer, Trajectory at, Highway highway, int lags) {
    if (lags < 0 || lags >= at.steps()) {
      throw new IllegalArgumentException(
          "lags up to %d, expected 0 to %d, as the trajectory has %d "
              .formatted(lags, at.steps() - 1, at.steps()) + "steps");
    }
    var truly = new MeanSquares[lags + 1];
    Arrays.setAll(truly, _ -> new MeanSquares());
    var derivative = new TotalDerivative(engine, layer, at, highway.state());
    for (int d = 0; d < DIRECTIONS; d++) {
      goBack(derivative, at.batch(), d, truly);
    }
    return new HighwayGradient(highway.state(), alone(highway, lags),
        Arrays.stream(truly).mapToDouble(MeanSquares::root).toArray());
  }

  private static void goBack(
      TotalDerivative derivative, int batch, int direction, MeanSquares[] truly) {
    int n = derivative.size();
    int size = derivative.stateSize();
    var own = new float[derivative.rows() * n];
    var random = CounterRandom.of(0).stream("highway gradient");
    float unit = (float) (1 / Math.sqrt(n));
    for (int i = 0; i < own.length; i++) {
      own[i] = (random.bits(direction, i) & 1) == 0 ? -unit : unit;
    }
    var gradients = derivative.states(own);
    var logs = new double[derivative.rows()];
    addTo(truly[0], own, n, logs, derivative.rows());
    for (int lag = 1; lag < truly.length; lag++) {
      derivative.transposed(gradients);
      // What was the state before step t is the one after step t − 1.
      int rows = derivative.rows() - lag * batch;
      System.arraycopy(gradients, batch * size, gradients, 0, rows * size);
      Arrays.fill(gradients, rows * size, gradients.length, 0f);
      System.arraycopy(logs, batch, logs, 0, rows);
      for (int r = 0; r < rows; r++) {
        double length = Vectors.normalize(gradients, r * size, size);
        logs[r] += Math.log(length);
      }
      derivative.total(gradients, own);
      addTo(truly[lag], own, n, logs, rows);
    }
  }

  private static void addTo(MeanSquares mean, float[] vectors, int n, double[] logs, int rows) {
    for (int r = 0; r < rows; r++) {
      double square = 0;
      for (int i = r * n; i < (r + 1) * n; i++) {
        square += (double) vectors[i] * vectors[i];
      }
      mean.add(logs[r] + Math.log(square) / 2);
    }
  }

  private static double[] alone(Highway highway, int lags) {
    int n = highway.batch() * highway.size();
    var gates = highway.gates();
    var products = new double[highway.steps() * n];
    Arrays.fill(products, 1);
    var alone = new double[lags + 1];
    alone[0] = 1;
    for (int lag = 1; lag <= lags; lag++) {
      var mean = new MeanSquares();
      // products holds p_{t−lag+2} … p_t of each t; the gate of step t − lag + 1 comes to it.
      for (int i = lag * n; i < products.length; i++) {
        products[i] *= gates.array()[gates.offset() + i - (lag - 1) * n];
        mean.add(Math.log(Math.abs(products[i])));
      }
      alone[lag] = mean.root();
    }
    return alone;
  }
}
