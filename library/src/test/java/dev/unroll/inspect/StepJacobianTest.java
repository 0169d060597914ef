package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Cells;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.inspect.StepJacobian.Question;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Layers whose Jacobians are known on paper; any cell against the interpreter is tested in
/// `testkit`.
class StepJacobianTest {
  /// Some tens of roundings of a float.
  private static final Offset<Double> FLOAT = within(3e-6);

  /// A layer whose parameter `name` has element `(i, j)` of `matrix`, and zeros else.
  private interface Matrix {
    double at(int i, int j);
  }

  private static Recurrent layer(String cell, int inputs, int hidden, String name, Matrix matrix) {
    var parameters = new Parameters();
    var layer = new Recurrent("layer", Cells.find(cell), Dimensions.of(inputs, hidden), parameters,
        0, CounterRandom.of(1));
    parameters.freeze();
    var block = parameters.byName().get("layer." + name);
    for (int i = 0; i < block.length(); i++) {
      parameters.values()[block.offset() + i] =
          (float) matrix.at(i / block.columns(), i % block.columns());
    }
    return layer;
  }

  private static Rows input(int rows, int columns) {
    var x = Rows.allocate(rows, columns);
    var random = CounterRandom.of(9);
    for (int i = 0; i < x.array().length; i++) {
      x.array()[i] = (float) random.normal(0, i);
    }
    return x;
  }

  /// J = U at every step, whatever the input.
  @Test
  void ofALinearNetworkIsU() {
    double[] diagonal = {0.3, -1.5, 0.9, 0, 0.7};
    var layer = layer("rnn-identity", 2, 5, "U", (i, j) -> j == (i + 1) % 5 ? diagonal[i] : 0);
    try (var engine = Engine.of(2)) {
      var at = Trajectory.of(engine, layer, input(4 * 3, 2), 4, 3);
      var jacobian = StepJacobian.of(engine, layer, at, Question.of(2));
      assertThat(jacobian.values()).hasDimensions(12, 2);
      assertThat(jacobian.residual()).isZero();
      for (var values : jacobian.values()) {
        assertThat(values).containsExactly(new double[] {1.5, 0.9}, FLOAT);
      }
    }
  }

  /// The product over k steps of a linear network is U^k; here U has 60 columns and is not formed.
  @Test
  void overManyStepsIsThePowerOfU() {
    int n = 60;
    double rate = 0.5;
    // A cyclic shift times a diagonal of 0.5 and, once, 0.6: every power is known.
    var layer = layer("rnn-identity", 1, n, "U",
        (i, j) -> j == (i + 1) % n ? i == 0 ? 0.6 : rate : 0);
    try (var engine = Engine.of(1)) {
      int lag = 200;
      var at = Trajectory.of(engine, layer, input(lag + 2, 1), lag + 2, 1);
      var jacobian = StepJacobian.of(engine, layer, at, Question.of(1).lag(lag));
      assertThat(jacobian.steps()).isEqualTo(3);
      // 200 steps pass the place of 0.6 three times, or four for 20 of the 60 directions.
      double expected = Math.pow(rate, lag) * Math.pow(0.6 / rate, 4);
      for (int t = 0; t < 3; t++) {
        assertThat(jacobian.at(t, 0)[0] / expected).isCloseTo(1, within(1e-4));
      }
    }
  }

  @Test
  void ofAnOrthogonalMatrixAreAllOne() {
    int n = 70;
    var layer = layer("rnn-identity", 1, n, "U", (i, j) -> j == (9 * i + 3) % n ? -1 : 0);
    try (var engine = Engine.of(2)) {
      var at = Trajectory.of(engine, layer, input(5, 1), 5, 1);
      var jacobian = StepJacobian.of(engine, layer, at, Question.of(4));
      for (var values : jacobian.values()) {
        assertThat(values).containsExactly(new double[] {1, 1, 1, 1}, FLOAT);
      }
    }
  }

  /// With U = 0 the gates are σ(b): the step of c is diag(σ(b)), that of h is 0.
  @Test
  void ofOneStateAgainstItself() {
    var layer = layer("lstm", 2, 40, "bf", (i, j) -> 0.1 * i - 2);
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, input(6, 2), 6, 1);
      var c = StepJacobian.of(engine, layer, at, Question.of(3).state("c"));
      var h = StepJacobian.of(engine, layer, at, Question.of(2).state("h").lag(2));
      double[] expected = {sigma(1.9), sigma(1.8), sigma(1.7)};
      for (int t = 0; t < 6; t++) {
        assertThat(c.at(t, 0)).containsExactly(expected, FLOAT);
      }
      assertThat(c.residual()).isBetween(0.0, 0.01);
      for (var values : h.values()) {
        assertThat(values).containsOnly(0);
      }
    }
  }

  private static double sigma(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  @Test
  void isTheSameOnAnyNumberOfThreads() {
    var layer = layer("gru", 3, 40, "Un", (i, j) -> Math.sin(1 + 3 * i + j * j));
    try (var one = Engine.of(1); var three = Engine.of(3)) {
      var at = Trajectory.of(one, layer, input(7 * 2, 3), 7, 2);
      var question = Question.of(3).lag(2);
      assertThat(StepJacobian.of(three, layer, at, question).values())
          .isDeepEqualTo(StepJacobian.of(one, layer, at, question).values());
    }
  }

  @Test
  void refusesWhatCannotBeAsked() {
    var layer = layer("rnn", 2, 5, "U", (i, j) -> 0.1);
    var dense = Dense.layer("dense", 2, 3, new Parameters(), CounterRandom.of(1));
    try (var engine = Engine.of(1)) {
      var at = Trajectory.of(engine, layer, input(6, 2), 3, 2);
      assertThatThrownBy(
          () -> StepJacobian.of(engine, layer, at, Question.of(1).state("c")))
          .isInstanceOf(CellException.class).hasMessage("Cell rnn has no state c; it has h.");
      assertThatThrownBy(() -> StepJacobian.of(engine, layer, at, Question.of(1).lag(4)))
          .hasMessage("3 steps, expected at least the lag, 4");
      assertThatThrownBy(() -> StepJacobian.of(engine, dense, at, Question.of(1)))
          .hasMessageEndingWith("has no states, so nothing goes from step to step.");
      assertThatThrownBy(() -> Question.of(0)).hasMessageStartingWith("0 singular values");
      assertThat(Arrays.asList(at.part(1, 2).steps(), at.sample(1, 3).batch()))
          .containsExactly(2, 1);
      assertThatThrownBy(() -> at.part(2, 2)).hasMessage(
          "steps 2 to 3, expected some of 0 to 2");
      assertThatThrownBy(() -> at.sample(2, 3)).hasMessage(
          "3 steps of sample 2, expected 1 to 3 of 0 to 1");
    }
  }
}
