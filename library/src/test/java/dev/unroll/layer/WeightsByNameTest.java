package dev.unroll.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.expr.Cell;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Matrix;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.Test;

class WeightsByNameTest {
  private final Parameters parameters = new Parameters();
  private final Recurrent layer = new Recurrent("l", Cell.parse("rnn", "h' = W x + U h + b"),
      Dimensions.of(2, 3), parameters, 0, CounterRandom.of(1));

  WeightsByNameTest() {
    parameters.freeze();
    layer.initialize();
  }

  /// h = W x + b by hand, from zero states: one step.
  @Test
  void whatIsSetIsWhatTheLayerComputesWith() {
    layer.set("W", Matrix.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    layer.set("b", Matrix.vector(0.5f, 0, -1));
    assertThat(layer.get("W")).isEqualTo(Matrix.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    assertThat(layer.get("W").at(2, 1)).isEqualTo(6);
    assertThat(parameters.get("l.b").toRows()).isDeepEqualTo(new float[][] {{0.5f}, {0}, {-1}});
    try (var engine = Engine.of(1)) {
      var run = layer.run(engine, Bounds.of(1, 1, false));
      run.load();
      var y = run.forward(new Rows(new float[] {10, 100}, 0, 2), Span.of(1));
      assertThat(new float[] {y.array()[y.offset()], y.array()[y.offset() + 1],
        y.array()[y.offset() + 2]}).containsExactly(210.5f, 430, 649);
    }
  }

  @Test
  void whatIsReadIsACopy() {
    var before = layer.get("U");
    before.values()[0] = 7;
    assertThat(layer.get("U").values()[0]).isNotEqualTo(7);
  }

  @Test
  void otherNamesShapesAndValuesAreRefused() {
    assertThatThrownBy(() -> layer.get("Wi")).hasMessage(
        "layer l has no parameter Wi; its cell rnn has W, U, b");
    assertThatThrownBy(() -> parameters.get("W")).hasMessage(
        "there is no parameter W; there are l.W, l.U, l.b");
    assertThatThrownBy(() -> layer.set("W", Matrix.of(new float[2][3]))).hasMessage(
        "l.W is a matrix [3, 2], but was to be set to one [2, 3]");
    var before = layer.get("b");
    assertThatThrownBy(() -> layer.set("b", Matrix.vector(1, Float.NaN, 3))).hasMessage(
        "l.b was to be set to NaN at row 1 and column 0; expected finite numbers");
    assertThat(layer.get("b")).isEqualTo(before);
    assertThatThrownBy(() -> Matrix.of(new float[] {1, 2}, new float[] {3}))
        .hasMessage("row 1 of the matrix has 1 elements, but row 0 has 2");
  }
}
