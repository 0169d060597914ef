package dev.unroll.inspect.highway;

import dev.unroll.Engine;
import dev.unroll.inspect.Trajectory;
import dev.unroll.inspect.step.Positions;
import dev.unroll.inspect.step.Vectors;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// The gradient of a state over k steps, compared with that of its direct path alone.
///
/// ```
/// alone_k = rms ‖p_{t−k+1} ∘ … ∘ p_t ∘ u‖        true_k = rms ‖(ds_t/ds_{t−k})ᵀ u‖        ‖u‖ = 1
/// ```
///
/// rms is the root mean square over positions t of at least k, the samples, and random directions u
/// of elements ±1/√n: so both are Frobenius norms divided by √n, the first exactly, the second to
/// about `1 / √(2 N)` for N independent ones of these. A gradient that keeps its length stays at 1.
/// Positions are all steps if there are up to 512; of more, about as many as keep the work that of
/// 512, at least 64, chosen such that each lag has several of them, and weighted by the number that
/// they represent. One backward pass from all of them gives every lag ([HighwayBackward]). It
/// cannot underflow. Immutable, except for the arrays, which must not be written.
///
/// @param state the state
/// @param positions the number of positions t of the means
/// @param alone `[K + 1]`, by lag from 0
/// @param truly `[K + 1]`, by lag from 0
public record HighwayGradient(String state, int positions, double[] alone, double[] truly) {
  private static final int DIRECTIONS = 4;

  /// The product of positions and steps: all positions for 512 steps.
  private static final int WORK = 512 * 512;

  private static final int FEWEST = 64;

  /// Measures a layer.
  ///
  /// @param highway the direct path along the same trajectory
  /// @param lags K, below the steps of the trajectory
  /// @throws IllegalArgumentException if K is not below them
  public static HighwayGradient of(
      Engine engine, Recurrent layer, Trajectory at, Highway highway, int lags) {
    if (lags < 0 || lags >= at.steps()) {
      throw new IllegalArgumentException(
          "lags up to %d, expected 0 to %d, as the trajectory has %d "
              .formatted(lags, at.steps() - 1, at.steps()) + "steps");
    }
    var positions = Positions.of(at.steps(), Math.max(FEWEST, WORK / at.steps()));
    var truly = new MeanSquares[lags + 1];
    Arrays.setAll(truly, _ -> new MeanSquares());
    var back = new HighwayBackward(engine, layer, at, highway.state(), positions.places());
    for (int d = 0; d < DIRECTIONS; d++) {
      back.begin(directions(d, positions.places(), at.batch() * back.size()));
      goBack(back, positions, at.batch(), truly);
    }
    return new HighwayGradient(highway.state(), positions.count(),
        alone(highway, positions, lags),
        Arrays.stream(truly).mapToDouble(MeanSquares::root).toArray());
  }

  /// Elements of ±1, drawn for the step of a position in its sequence.
  ///
  /// @param n the elements of a step, B · size
  private static float[] directions(int direction, int[] positions, int n) {
    var random = CounterRandom.of(0).stream("highway gradient");
    var signs = new float[positions.length * n];
    for (int p = 0; p < positions.length; p++) {
      for (int i = 0; i < n; i++) {
        long element = (long) positions[p] * n + i;
        signs[p * n + i] = (random.bits(direction, element) & 1) == 0 ? -1 : 1;
      }
    }
    return signs;
  }

  private static void goBack(
      HighwayBackward back, Positions positions, int batch, MeanSquares[] truly) {
    int n = back.size();
    double unit = -Math.log(n) / 2;
    var own = new float[back.rows() * n];
    for (int lag = 0; lag < truly.length; lag++) {
      if (lag > 0) {
        back.back();
      }
      back.take(own);
      for (int r = 0; r < back.rows(); r++) {
        if (back.isThere(r)) {
          truly[lag].add(unit + back.scale(r) + Math.log(Vectors.norm(own, r * n, n)),
              positions.weights()[r / batch]);
        }
      }
    }
  }

  private static double[] alone(Highway highway, Positions positions, int lags) {
    int n = highway.batch() * highway.size();
    var gates = highway.gates();
    var products = new double[positions.count() * n];
    Arrays.fill(products, 1);
    var alone = new double[lags + 1];
    alone[0] = 1;
    for (int lag = 1; lag <= lags; lag++) {
      var mean = new MeanSquares();
      for (int p = 0; p < positions.count(); p++) {
        int t = positions.places()[p] - lag + 1;
        for (int i = 0; t > 0 && i < n; i++) {
          products[p * n + i] *= gates.array()[gates.offset() + t * n + i];
          mean.add(Math.log(Math.abs(products[p * n + i])), positions.weights()[p]);
        }
      }
      alone[lag] = mean.root();
    }
    return alone;
  }
}
