package dev.unroll.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Function;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Matrix;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Weights are read and written by name, as values with a shape; one had to write into an array at
/// an offset.
class WeightsByNameTest {
  private final Parameters parameters = new Parameters();
  private final Recurrent layer = new Recurrent("l", SimpleRnn.of(Function.TANH),
      Dimensions.of(2, 3), parameters, 0, CounterRandom.of(1));

  WeightsByNameTest() {
    parameters.freeze();
    layer.initialize();
  }

  @Test
  void whatIsSetIsReadAndRun() {
    var rows = new float[][] {{1, 2}, {3, 4}, {5, 6}};
    layer.set("W", rows);
    layer.set("U", Matrix.of(new float[3], new float[3], new float[3]));
    layer.set("b", new float[] {0.5f, 0, -0.5f});
    assertThat(layer.get("W")).isEqualTo(Matrix.of(rows));
    assertThat(layer.get("W").at(2, 1)).isEqualTo(6);
    assertThat(layer.get("W").toRows()).isDeepEqualTo(rows);
    assertThat(layer.get("b")).isEqualTo(Matrix.vector(0.5f, 0, -0.5f));
    assertThat(layer.get("b").toArray()).containsExactly(0.5f, 0, -0.5f);
    assertThat(parameters.get("l.W")).isEqualTo(layer.get("W"))
        .hasToString("[3, 2] [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]");
    rows[0][0] = 9;
    assertThat(layer.get("W").at(0, 0)).isEqualTo(1);
    try (var engine = Engine.of(1)) {
      var run = layer.run(engine, Bounds.of(1, 1, true));
      run.load();
      var y = run.forward(new Rows(new float[] {1, -1}, 0, 2), Span.of(1));
      assertThat(y.array()[y.offset()]).isEqualTo((float) Math.tanh(-0.5));
      run.backward(new Rows(new float[] {1, 0, 0}, 0, 3), Span.of(1));
      float slope = layer.gradient("b").at(0, 0);
      assertThat(slope).isBetween(0.7f, 0.8f); // 1 − tanh²(0.5) = 0.786
      assertThat(layer.gradient("W").at(0, 1)).isEqualTo(-slope);
      assertThat(parameters.gradient("l.W").at(1, 0)).isZero();
    }
  }

  @Test
  void namesAndShapesAreChecked() {
    assertThatThrownBy(() -> layer.get("Wi")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("layer l: it has no parameter Wi; it has \\[.*W.*]");
    assertThatThrownBy(() -> parameters.get("W")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("there is no parameter W; there are \\[l\\..*]");
    assertThatThrownBy(() -> layer.set("W", new float[2][3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("l.W is [3, 2], but was given [2, 3]; give 3 rows of 2 elements");
    assertThatThrownBy(() -> layer.set("b", new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("l.b is [3, 1], but was given [2, 1]; give a vector of 3 elements");
    assertThatThrownBy(() -> Matrix.of(new float[] {1, 2}, new float[] {3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 1 has 1 elements, expected 2 as in row 0");
    assertThatThrownBy(Matrix::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(Matrix::vector).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> layer.get("W").at(3, 0)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("element [3, 0] of a matrix [3, 2]");
  }

  @Test
  void statesAreFoundByTheirOwnName() {
    var two = new Parameters();
    var stack = new Stack(List.of(
        new Recurrent("a", SimpleRnn.of(Function.TANH), Dimensions.of(2, 3), two, 0,
            CounterRandom.of(1)),
        new Recurrent("b", Gru.cell(), Dimensions.of(3, 4), two, 0, CounterRandom.of(1))));
    two.freeze();
    try (var engine = Engine.of(1)) {
      var run = layer.run(engine, Bounds.of(1, 1, false));
      assertThat(run.state("h")).isEqualTo(run.states().getFirst());
      assertThat(run.state("l.h")).isEqualTo(run.states().getFirst());
      assertThatThrownBy(() -> run.state("c")).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("c is the name of 0 states; there are [l.h]");
      var both = stack.run(engine, Bounds.of(1, 1, false));
      assertThat(both.state("b.h").rows().columns()).isEqualTo(4);
      assertThatThrownBy(() -> both.state("h")).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("h is the name of 2 states; there are [a.h, b.h]");
    }
  }
}
