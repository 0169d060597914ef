package dev.unroll.inspect.highway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.inspect.Trajectory;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gates that are known, and an LSTM written out in `double` and differentiated by differences.
class HighwayTest {
  private static Recurrent layer(String cell, int inputs, int hidden, Parameters parameters) {
    var layer = new Recurrent("layer", Cells.find(cell), Dimensions.of(inputs, hidden), parameters,
        0, CounterRandom.of(1));
    parameters.freeze();
    return layer;
  }

  private static void fill(Parameters parameters, String name, double value) {
    var block = parameters.byName().get("layer." + name);
    for (int i = 0; i < block.length(); i++) {
      parameters.values()[block.offset() + i] = (float) value;
    }
  }

  /// Weights that differ, large enough that gates move.
  private static void draw(Parameters parameters, long seed) {
    var random = CounterRandom.of(seed);
    for (int i = 0; i < parameters.size(); i++) {
      parameters.values()[i] = (float) (0.6 * random.normal(0, i));
    }
  }

  private static Rows input(int rows, int columns) {
    var x = Rows.allocate(rows, columns);
    var random = CounterRandom.of(9);
    for (int i = 0; i < x.array().length; i++) {
      x.array()[i] = (float) random.normal(0, i);
    }
    return x;
  }

  /// With f = 0.9 at every step and no U, all of the gradient is on the highway: 0.9^k.
  @ParameterizedTest
  @CsvSource({"lstm, bf, c, f", "gru, bz, h, z"})
  void aGateOfNineTenths(String cell, String bias, String state, String path) {
    var parameters = new Parameters();
    var layer = layer(cell, 2, 3, parameters);
    fill(parameters, bias, Math.log(9));
    int steps = 101;
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, input(steps * 2, 2), steps, 2);
      var highway = Highway.of(engine, layer, at, state);
      assertThat(highway.path().text()).isEqualTo(path);
      var split = HighwaySplit.of(engine, layer, at, highway);
      for (int t = 0; t < steps; t++) {
        assertThat(split.highway()[t]).isCloseTo(0.9, within(1e-7));
        assertThat(split.rest()[t]).isCloseTo(0, within(1e-7));
        assertThat(split.share(t)).isCloseTo(1, within(1e-7));
      }
      var gradient = HighwayGradient.of(engine, layer, at, highway, 100);
      for (int k = 1; k <= 100; k++) {
        double expected = Math.pow(0.9, k);
        // One rounding of f is multiplied k times.
        var close = within(expected * (k + 4) * 0x1p-23);
        assertThat(gradient.alone()[k]).isCloseTo(expected, close);
        assertThat(gradient.truly()[k]).isCloseTo(expected, close);
      }
    }
  }

  /// 1,000 steps with a gate of one tenth: 1e-1000 is no double, but nothing is NaN on the way.
  @Test
  void vanishingGradientsAreZeroAtTheEnd() {
    var parameters = new Parameters();
    var layer = layer("gru", 1, 2, parameters);
    fill(parameters, "bz", -Math.log(9));
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, input(1001, 1), 1001, 1);
      var highway = Highway.of(engine, layer, at, "h");
      var gradient = HighwayGradient.of(engine, layer, at, highway, 1000);
      assertThat(gradient.truly()[200] / 1e-200).isCloseTo(1, within(1e-4));
      assertThat(gradient.alone()[200] / 1e-200).isCloseTo(1, within(1e-4));
      assertThat(gradient.truly()[1000]).isZero();
      assertThat(gradient.alone()[1000]).isZero();
    }
  }

  @Test
  void aSimpleNetworkHasNone() {
    var parameters = new Parameters();
    var layer = layer("rnn", 2, 4, parameters);
    draw(parameters, 3);
    try (var engine = Engine.of(2)) {
      var at = Trajectory.of(engine, layer, input(5, 2), 5, 1);
      var highway = Highway.of(engine, layer, at, "h");
      assertThat(highway.path().text()).isEqualTo("0");
      var split = HighwaySplit.of(engine, layer, at, highway);
      assertThat(split.highway()).containsOnly(0);
      assertThat(split.rest()).containsExactly(split.total());
      assertThat(split.share(2)).isZero();
    }
  }

  /// The whole derivative dc_t/dc_{t−k}, through h as well, against central differences of an LSTM
  /// in `double` that shares no line with the library.
  @ParameterizedTest
  @CsvSource({"lstm, 1", "lstm, 2", "lstm, 3", "lstm-peephole, 4"})
  void theWholeDerivativeOfAnLstm(String cell, long seed) {
    int n = 4;
    int inputs = 3;
    int steps = 5;
    var parameters = new Parameters();
    var layer = layer(cell, inputs, n, parameters);
    draw(parameters, seed);
    var x = input(steps, inputs);
    var lstm = new DoubleLstm(parameters, x, n);
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, x, steps, 1);
      var derivative = new TotalDerivative(engine, layer, at, "c");
      for (int i = 0; i < n; i++) {
        var v = new float[steps * n];
        for (int t = 0; t < steps; t++) {
          v[t * n + i] = 1;
        }
        var moved = new float[steps * n];
        derivative.forward(v, moved);
        for (int t = 1; t < steps; t++) {
          for (int j = 0; j < n; j++) {
            assertThat((double) moved[t * n + j])
                .as("%s seed %d dc_%d[%d]/dc[%d]", cell, seed, t, j, i)
                .isCloseTo(lstm.derivative(t, 1, j, i), within(2e-6));
          }
        }
        var back = new HighwayBackward(engine, layer, at, "c", new int[] {0, 1, 2, 3, 4});
        back.begin(v);
        for (int lag = 1; lag < steps; lag++) {
          back.back();
          back.take(moved);
          for (int t = 0; t < steps; t++) {
            assertThat(back.isThere(t)).isEqualTo(t >= lag);
            for (int j = 0; t >= lag && j < n; j++) {
              assertThat(moved[t * n + j] * Math.exp(back.scale(t)))
                  .as("%s seed %d dc_%d[%d]/dc_%d[%d]", cell, seed, t, i, t - lag, j)
                  .isCloseTo(lstm.derivative(t, lag, i, j), within(2e-6));
            }
          }
        }
      }
      var split = HighwaySplit.of(engine, layer, at, Highway.of(engine, layer, at, "c"));
      assertThat(split.exact()).isTrue();
      for (int t = 1; t < steps; t++) {
        double square = 0;
        for (int i = 0; i < n * n; i++) {
          square += Math.pow(lstm.derivative(t, 1, i / n, i % n), 2);
        }
        assertThat(split.total()[t]).isCloseTo(Math.sqrt(square / n), within(2e-6));
      }
    }
  }

  /// For one unit a direction is a sign, so nothing is estimated.
  @Test
  void theTrueGradientOfOneUnit() {
    int steps = 9;
    var parameters = new Parameters();
    var layer = layer("lstm", 2, 1, parameters);
    draw(parameters, 7);
    var x = input(steps, 2);
    var lstm = new DoubleLstm(parameters, x, 1);
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, x, steps, 1);
      var highway = Highway.of(engine, layer, at, "c");
      var gradient = HighwayGradient.of(engine, layer, at, highway, steps - 1);
      for (int lag = 1; lag < steps; lag++) {
        double square = 0;
        for (int t = lag; t < steps; t++) {
          square += Math.pow(lstm.derivative(t, lag, 0, 0), 2);
        }
        double expected = Math.sqrt(square / (steps - lag));
        assertThat(gradient.truly()[lag]).isCloseTo(expected, within(2e-5 * expected));
      }
    }
  }

  /// Many units: random directions against all of them.
  @Test
  void estimatesAreNear() {
    int n = 70;
    var parameters = new Parameters();
    var layer = layer("lstm", 2, n, parameters);
    layer.initialize();
    try (var engine = Engine.of(2)) {
      var at = Trajectory.of(engine, layer, input(6, 2), 6, 1);
      var highway = Highway.of(engine, layer, at, "c");
      var split = HighwaySplit.of(engine, layer, at, highway);
      assertThat(split.exact()).isFalse();
      var derivative = new TotalDerivative(engine, layer, at, "c");
      var squares = new double[6];
      for (int i = 0; i < n; i++) {
        var v = new float[6 * n];
        for (int t = 0; t < 6; t++) {
          v[t * n + i] = 1;
        }
        derivative.forward(v, v);
        for (int t = 0; t < 6; t++) {
          v[t * n + i] -= highway.gates().array()[t * n + i];
          for (int j = 0; j < n; j++) {
            squares[t] += (double) v[t * n + j] * v[t * n + j];
          }
        }
      }
      for (int t = 1; t < 6; t++) {
        double rest = Math.sqrt(squares[t] / n);
        assertThat(split.rest()[t]).isCloseTo(rest, within(0.15 * rest));
      }
    }
  }

  @Test
  void refusesStepsThatAreNotThere() {
    var layer = layer("gru", 2, 3, new Parameters());
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, input(4, 2), 4, 1);
      var highway = Highway.of(engine, layer, at, "h");
      assertThatThrownBy(() -> HighwayGradient.of(engine, layer, at, highway, 4)).hasMessage(
          "lags up to 4, expected 0 to 3, as the trajectory has 4 steps");
      assertThatThrownBy(() -> Highway.of(engine, layer, at, "c"))
          .hasMessage("Cell gru has no state c; it has h.");
    }
  }

  /// An LSTM, with peepholes where there are any, from its textbook equations.
  private record DoubleLstm(Parameters parameters, Rows x, int n) {
    private static final double STEP = 1e-5;

    /// The derivative of c_t at i by c_{t−lag} at j, by a change of c between its update and its
    /// use.
    double derivative(int t, int lag, int i, int j) {
      return (run(t, t - lag, j, STEP)[i] - run(t, t - lag, j, -STEP)[i]) / (2 * STEP);
    }

    private double[] run(int last, int changed, int unit, double by) {
      var h = new double[n];
      var c = new double[n];
      for (int t = 0; t <= last; t++) {
        var i = gate("i", t, h, c);
        var f = gate("f", t, h, c);
        var g = sum("g", t, h);
        var next = new double[n];
        for (int k = 0; k < n; k++) {
          next[k] = f[k] * c[k] + i[k] * Math.tanh(g[k]);
        }
        if (t == changed) {
          next[unit] += by;
        }
        var o = gate("o", t, h, next);
        c = next;
        h = new double[n];
        for (int k = 0; k < n; k++) {
          h[k] = o[k] * Math.tanh(c[k]);
        }
      }
      return c;
    }

    private double[] gate(String gate, int t, double[] h, double[] c) {
      var sum = sum(gate, t, h);
      var peephole = parameters.byName().get("layer.p_" + gate);
      for (int k = 0; k < n; k++) {
        double a = sum[k]
            + (peephole == null ? 0 : parameters.values()[peephole.offset() + k] * c[k]);
        sum[k] = 1 / (1 + Math.exp(-a));
      }
      return sum;
    }

    private double[] sum(String gate, int t, double[] h) {
      int inputs = x.columns();
      var sum = new double[n];
      for (int k = 0; k < n; k++) {
        sum[k] = value("b" + gate, k);
        for (int m = 0; m < inputs; m++) {
          sum[k] += value("W" + gate, k * inputs + m) * x.array()[t * inputs + m];
        }
        for (int m = 0; m < n; m++) {
          sum[k] += value("U" + gate, k * n + m) * h[m];
        }
      }
      return sum;
    }

    private double value(String name, int i) {
      return parameters.values()[parameters.byName().get("layer." + name).offset() + i];
    }
  }
}
