package dev.unroll.layer.wrapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final int T = 40;
  private static final int B = 20;
  private static final int SIZE = 37;
  private static final long SEED = 4;

  private final Engine engine = Engine.of(2);
  private final Dropout dropout = new Dropout("dropout0", SIZE, 0.3, CounterRandom.of(SEED));

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void dropsTheShareThatWasAskedForAndScalesTheRest() {
    var x = ones();
    var y = dropout.run(engine, Bounds.of(T, B, true)).forward(x, Span.of(T, 1));

    int n = T * B * SIZE;
    int dropped = 0;
    for (float v : y.array()) {
      assertThat(v).isIn(0f, 1 / 0.7f);
      dropped += v == 0 ? 1 : 0;
    }
    // Five standard deviations of a share of n independent elements.
    double deviation = Math.sqrt(0.3 * 0.7 / n);
    assertThat(dropped / (double) n).as("seed %d", SEED).isCloseTo(0.3, within(5 * deviation));
  }

  @Test
  void backwardUsesTheMaskOfTheForwardPass() {
    var run = dropout.run(engine, Bounds.of(T, B, true));
    var mask = run.forward(ones(), Span.of(T, 7)).array().clone();
    assertThat(run.backward(ones(), Span.of(T)).array()).containsExactly(mask);
  }

  @Test
  void eachStepOfEachDrawHasAMaskOfItsOwn() {
    var run = dropout.run(engine, Bounds.of(T, B, true));
    var first = run.forward(ones(), Span.of(T, 1)).array().clone();
    var second = run.forward(ones(), Span.of(T, 2)).array().clone();
    var again = run.forward(ones(), Span.of(T, 1)).array().clone();
    assertThat(again).containsExactly(first);
    assertThat(second).isNotEqualTo(first);
    int step = B * SIZE;
    for (int t = 1; t < T; t++) {
      assertThat(Arrays.copyOfRange(first, t * step, (t + 1) * step))
          .isNotEqualTo(Arrays.copyOfRange(first, 0, step));
    }
  }

  @Test
  void theMaskDoesNotDependOnThreadsOrOnTheLengthOfTheSequence() {
    var expected =
        dropout.run(engine, Bounds.of(T, B, true)).forward(ones(), Span.of(T, 5)).array();
    try (var three = Engine.of(3)) {
      var actual =
          dropout.run(three, Bounds.of(T + 3, B, true)).forward(ones(), Span.of(9, 5)).array();
      assertThat(Arrays.copyOf(actual, 9 * B * SIZE))
          .containsExactly(Arrays.copyOf(expected, 9 * B * SIZE));
    }
  }

  @Test
  void outsideTrainingNothingIsDropped() {
    var x = ones();
    var run = dropout.run(engine, Bounds.of(T, B, false));
    assertThat(run.forward(x, Span.of(T, 1))).isSameAs(x);
    assertThat(run.backward(x, Span.of(T))).isSameAs(x);
  }

  @Test
  void aProbabilityOfOneIsRefused() {
    assertThatThrownBy(() -> new Dropout("dropout0", SIZE, 1, CounterRandom.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout is 1.0, expected a probability from 0 up to but not 1");
  }

  private static Rows ones() {
    var rows = Rows.allocate(T * B, SIZE);
    Arrays.fill(rows.array(), 1f);
    return rows;
  }
}
