package dev.unroll.layer.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecurrentTest {
  private static final int B = 3;
  private static final int F = 4;
  private static final int H = 5;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void statesCarriedOnGiveTheSameAsOneLongSequence() {
    var layer = layer(Lstm.cell(), 0);
    var x = sines(6 * B, F);
    var whole = read(started(layer.run(engine, Bounds.of(6, B, false))).forward(x, Span.of(6, 0)),
        6 * B * H);

    var run = started(layer.run(engine, Bounds.of(4, B, false)));
    var first = run.forward(x, Span.of(4, 0));
    assertThat(read(first, 4 * B * H)).containsExactly(Arrays.copyOf(whole, 4 * B * H));
    run.carry(4);
    var second = run.forward(new Rows(x.array(), 4 * B * F, F), Span.of(2, 0));
    assertThat(read(second, 2 * B * H))
        .containsExactly(Arrays.copyOfRange(whole, 4 * B * H, 6 * B * H));
  }

  @Test
  void aMaskOfTheCellIsTheSameAtAllStepsOfASequence() {
    var layer = layer(Cell.parse("masked", "y = x * mask(m)\nout y"), 0.4);
    var run = layer.run(engine, Bounds.of(7, 50, true));
    var ones = Rows.allocate(7 * 50, F);
    Arrays.fill(ones.array(), 1f);
    var first = read(run.forward(ones, Span.of(7, 1)), 7 * 50 * F);
    var other = read(run.forward(ones, Span.of(7, 2)), 7 * 50 * F);

    int step = 50 * F;
    for (int i = 0; i < first.length; i++) {
      assertThat(first[i]).isIn(0f, 1 / (1 - 0.4f)).isEqualTo(first[i % step]);
    }
    assertThat(other).isNotEqualTo(first);
    // Five standard deviations of a share of 200 elements.
    long dropped = 0;
    for (int i = 0; i < step; i++) {
      dropped += first[i] == 0 ? 1 : 0;
    }
    assertThat(dropped / (double) step).isCloseTo(0.4, within(5 * Math.sqrt(0.24 / step)));
  }

  @Test
  void outsideTrainingMasksAreOne() {
    var layer = layer(Cell.parse("masked", "y = x * mask(m)\nout y"), 0.4);
    var x = sines(2 * B, F);
    var y = layer.run(engine, Bounds.of(2, B, false)).forward(x, Span.of(2, 1));
    assertThat(read(y, 2 * B * F)).containsExactly(x.array());
  }

  @Test
  void printsAsItWasMade() {
    assertThat(layer(Lstm.cell(), 0)).hasToString("lstm(4 → 5), 200 parameters");
  }

  @Test
  void aStateTiedToTheInputNeedsOneSize() {
    var cell = Cell.parse("tied", "h' = x + 0.5 * h");
    assertThatThrownBy(() -> layer(cell, 0))
        .isInstanceOf(CellException.class)
        .hasMessage(
            "Cell tied ties its state to x, so both have one size, but layer l has 4 inputs "
                + "and hidden size 5; give them the same size");
  }

  private static Recurrent layer(Cell cell, double maskDrop) {
    var parameters = new Parameters();
    boolean dense = cell.states().isEmpty();
    var layer = new Recurrent("l", cell, Dimensions.of(F, dense ? F : H), parameters, maskDrop,
        CounterRandom.of(3));
    parameters.freeze();
    layer.initialize();
    return layer;
  }

  private static LayerRun started(LayerRun run) {
    run.load();
    for (var state : run.states()) {
      Arrays.fill(state.rows().array(), state.rows().offset(),
          state.rows().offset() + B * state.rows().columns(), 0.25f);
    }
    return run;
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
