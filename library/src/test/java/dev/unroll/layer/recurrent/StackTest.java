package dev.unroll.layer.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StackTest {
  private static final int T = 3;
  private static final int B = 2;

  private final Engine engine = Engine.of(2);
  private final Parameters parameters = new Parameters();
  private final Recurrent lower = layer("lower", Lstm.cell(), 4, 5);
  private final Recurrent upper = layer("upper", Gru.cell(), 5, 6);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void layersRunOneOnAnotherAndBack() {
    freeze();
    var stack = new Stack(List.of(lower, upper));
    assertThat(stack.inputSize()).isEqualTo(4);
    assertThat(stack.outputSize()).isEqualTo(6);
    var x = sines(T * B, 4);
    var dy = sines(T * B, 6);

    var first = lower.run(engine, Bounds.of(T, B, true));
    var second = upper.run(engine, Bounds.of(T, B, true));
    first.load();
    second.load();
    var y = read(second.forward(first.forward(x, Span.of(T, 0)), Span.of(T, 0)), T * B * 6);
    var dx = read(first.backward(second.backward(dy, Span.of(T)), Span.of(T)), T * B * 4);
    var gradients = parameters.gradients().clone();

    Arrays.fill(parameters.gradients(), 0f);
    var run = stack.run(engine, Bounds.of(T, B, true));
    run.load();
    assertThat(read(run.forward(x, Span.of(T, 0)), T * B * 6)).containsExactly(y);
    assertThat(read(run.backward(dy, Span.of(T)), T * B * 4)).containsExactly(dx);
    assertThat(parameters.gradients()).containsExactly(gradients);
    assertThat(run.states()).extracting(LayerRun.StateRows::name)
        .containsExactly("lower.c", "lower.h", "upper.h");
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    freeze();
    assertThatThrownBy(() -> new Stack(List.of(upper, lower)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layer 1, lstm(4 → 5), 200 parameters, takes 4 features, but "
            + "gru(5 → 6), 222 parameters puts out 6");
  }

  private Recurrent layer(String name, Cell cell, int inputs, int hidden) {
    return new Recurrent(
        name, cell, Dimensions.of(inputs, hidden), parameters, 0, CounterRandom.of(2));
  }

  private void freeze() {
    parameters.freeze();
    lower.initialize();
    upper.initialize();
  }

  private static Rows sines(int rows, int columns) {
    var sines = Rows.allocate(rows, columns);
    for (int i = 0; i < sines.array().length; i++) {
      sines.array()[i] = (float) Math.sin(i);
    }
    return sines;
  }

  private static float[] read(Rows rows, int n) {
    return Arrays.copyOfRange(rows.array(), rows.offset(), rows.offset() + n);
  }
}
