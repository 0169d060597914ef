package dev.unroll.layer.recurrent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ω against finite differences of it, with h and δ held fixed, in `double`.
class GradientPreservationTest {
  private static final long SEED = 8;
  private static final int T = 5;
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 6;
  private static final double WEIGHT = 0.7;
  private static final int[] FULL = {T, T, T};
  private static final int[] PADDED = {T, 2, 4};

  @ParameterizedTest
  @ValueSource(strings = {"tanh", "sigmoid", "relu", "identity"})
  void theGradientIsThatOfTheFunction(String activation) {
    check(activation, FULL);
    check(activation, PADDED);
  }

  private static void check(String activation, int[] lengths) {
    var cell = cell(activation);
    var with = new Trained(cell, WEIGHT, 1, lengths);
    var without = new Trained(cell, 0, 1, lengths);
    var u = with.matrix();
    double omega = omega(activation, with.outputs, with.dy, lengths, u, u);
    assertThat(with.omega).isCloseTo(omega, within(1e-5 * omega));
    double h = 1e-5;
    for (int i = 0; i < H * H; i++) {
      double kept = u[i];
      var moved = u.clone();
      moved[i] = kept + h;
      double above = omega(activation, with.outputs, with.dy, lengths, u, moved);
      moved[i] = kept - h;
      double below = omega(activation, with.outputs, with.dy, lengths, u, moved);
      double expected = WEIGHT * (above - below) / (2 * h);
      int at = with.block.offset() + i;
      double added = with.parameters.gradients()[at] - without.parameters.gradients()[at];
      // The gradients of E, from which Ω's is told apart, are some units large, in float.
      assertThat(added).as("%s, U[%d], seed %d", activation, i, SEED)
          .isCloseTo(expected, within(1e-5 + 1e-4 * Math.abs(expected)));
    }
    for (int i = 0; i < with.block.offset(); i++) {
      assertThat(with.parameters.gradients()[i]).isEqualTo(without.parameters.gradients()[i]);
    }
  }

  @Test
  void theBitsDoNotDependOnThreads() {
    var expected = new Trained(cell("tanh"), WEIGHT, 1, FULL).parameters.gradients();
    for (int threads = 2; threads <= 3; threads++) {
      assertThat(new Trained(cell("tanh"), WEIGHT, threads, FULL).parameters.gradients())
          .as("%d threads, seed %d", threads, SEED).containsExactly(expected);
    }
  }

  /// As a decoder goes back that attends before each step.
  @Test
  void stepByStepGivesTheSameBits() {
    var whole = new Trained(cell("tanh"), WEIGHT, 1, PADDED);
    var steps = new Trained(cell("tanh"), WEIGHT, 1, PADDED, true);
    assertThat(steps.omega).isEqualTo(whole.omega).isPositive();
    assertThat(steps.parameters.gradients()).containsExactly(whole.parameters.gradients());
  }

  @Test
  void otherCellsAreRefused() {
    assertThatThrownBy(() -> new Trained(Gru.cell(), WEIGHT, 1, FULL))
        .isInstanceOf(CellException.class)
        .hasMessageStartingWith(
            "Cell gru: the gradient of its state can only be preserved for h' =");
  }

  private static Cell cell(String activation) {
    return switch (activation) {
      case "tanh" -> SimpleRnn.of(Function.TANH);
      case "sigmoid" -> SimpleRnn.of(Function.SIGMOID);
      case "relu" -> SimpleRnn.of(Function.RELU);
      default -> SimpleRnn.identity();
    };
  }

  /// Ω for a matrix `moved`, with the errors that U sends back.
  private static double omega(
      String activation, float[] outputs, float[] dy, int[] lengths, double[] u, double[] moved) {
    double omega = 0;
    for (int b = 0; b < B; b++) {
      var sent = new double[H];
      for (int k = lengths[b] - 1; k >= 1; k--) {
        var d = new double[H];
        double arriving = 0;
        for (int i = 0; i < H; i++) {
          int at = (k * B + b) * H + i;
          double delta = dy[at] + sent[i];
          arriving += delta * delta;
          d[i] = delta * slope(activation, outputs[at]);
        }
        double norm = 0;
        for (double v : product(d, moved)) {
          norm += v * v;
        }
        double r = Math.sqrt(norm) / Math.sqrt(arriving);
        // Where every unit of a relu is off, nothing is sent, and its norm has no derivative.
        omega += norm == 0 ? 0 : (r - 1) * (r - 1) / B;
        sent = product(d, u);
      }
    }
    return omega;
  }

  private static double[] product(double[] d, double[] u) {
    var v = new double[H];
    for (int i = 0; i < H; i++) {
      for (int j = 0; j < H; j++) {
        v[j] += d[i] * u[i * H + j];
      }
    }
    return v;
  }

  private static double slope(String activation, double h) {
    return switch (activation) {
      case "tanh" -> 1 - h * h;
      case "sigmoid" -> h * (1 - h);
      case "relu" -> h > 0 ? 1 : 0;
      default -> 1;
    };
  }

  /// A layer after one step forward and back.
  private static final class Trained {
    private final Parameters parameters = new Parameters();
    private final Parameters.Block block;
    private final float[] outputs;
    private final float[] dy;
    private final double omega;

    Trained(Cell cell, double weight, int threads, int[] lengths) {
      this(cell, weight, threads, lengths, false);
    }

    Trained(Cell cell, double weight, int threads, int[] lengths, boolean steps) {
      var random = CounterRandom.of(SEED);
      var layer = new Recurrent("rnn", cell, Dimensions.of(F, H), parameters, 0, random);
      if (weight > 0) {
        layer.preserveGradients(weight);
      }
      parameters.freeze();
      layer.initialize();
      block = requireNonNull(parameters.byName().get("rnn.U"));
      // The initial values are orthogonal: without φ the norm is kept, and there is nothing to do.
      for (int i = 0; i < block.length(); i++) {
        parameters.values()[block.offset() + i] *= 0.8f;
      }
      try (var engine = Engine.of(threads)) {
        var run = (RecurrentRun) layer.run(engine, Bounds.of(T, B, true).masked(true).within());
        run.load();
        var x = normal(random, 1, T * B * F);
        dy = normal(random, 2, T * B * H);
        var present = new float[T * B];
        for (int row = 0; row < T * B; row++) {
          if (row / B < lengths[row % B]) {
            present[row] = 1;
          } else {
            Arrays.fill(dy, row * H, (row + 1) * H, 0f);
          }
        }
        var span = Span.of(T).present(new Rows(present, 0, 1));
        var y = run.forward(new Rows(x, 0, F), span);
        if (steps) {
          for (int t = T - 1; t >= 0; t--) {
            run.backwardStep(new Rows(dy, 0, H), t, span);
          }
          run.gradients(span);
        } else {
          run.backward(new Rows(dy, 0, H), span);
        }
        outputs = Arrays.copyOfRange(y.array(), y.offset(), y.offset() + T * B * H);
        omega = run.preservation();
      }
    }

    double[] matrix() {
      var u = new double[H * H];
      for (int i = 0; i < u.length; i++) {
        u[i] = parameters.values()[block.offset() + i];
      }
      return u;
    }

    private static float[] normal(CounterRandom random, int draw, int n) {
      var values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) random.normal(draw, i);
      }
      return values;
    }
  }

  /// With weights that are dropped, the gradient of Ω was added where the matrix lies in the whole
  /// model, in an array that holds the layer alone.
  @Test
  void withDroppedWeightsOtherParametersMayComeBefore() {
    var expected = withDroppedWeights(0);
    assertThat(withDroppedWeights(5)).containsExactly(expected);
  }

  private static float[] withDroppedWeights(int before) {
    var random = CounterRandom.of(SEED);
    var parameters = new Parameters();
    if (before > 0) {
      parameters.add("before", before, 3);
    }
    var layer = new Recurrent("rnn", cell("tanh"), Dimensions.of(F, H), parameters,
        Masks.NONE.weights(0.3), random);
    layer.preserveGradients(WEIGHT);
    parameters.freeze();
    layer.initialize();
    try (var engine = Engine.of(1)) {
      var run = layer.run(engine, Bounds.of(T, B, true));
      run.load();
      run.forward(new Rows(Trained.normal(random, 1, T * B * F), 0, F), Span.of(T));
      run.backward(new Rows(Trained.normal(random, 2, T * B * H), 0, H), Span.of(T));
    }
    return Arrays.copyOfRange(parameters.gradients(), 3 * before, parameters.size());
  }
}
