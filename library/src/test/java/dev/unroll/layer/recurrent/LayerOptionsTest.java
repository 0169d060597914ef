package dev.unroll.layer.recurrent;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.assertClose;
import static dev.unroll.layer.Numbers.assertSame;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.rewrite.Restart;
import dev.unroll.cell.rewrite.Zoneout;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.layer.LayerZoo;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.Merge;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Masks;
import dev.unroll.layer.run.Masks.MaskRule;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stepping.KeyedStates;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Dropout;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is particular to one layer or option.
class LayerOptionsTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int H = 6;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  /// Reversed twice is the same: swapped directions over reversed time, reversed.
  @Test
  void bothDirectionsOverReversedTimeAreTheOtherWayRound() {
    var parameters = new Parameters();
    var random = CounterRandom.of(3);
    var f = new Recurrent("f", Lstm.cell(), Dimensions.of(F, H), parameters, 0, random);
    var g = new Recurrent("g", Gru.cell(), Dimensions.of(F, H), parameters, 0, random);
    parameters.freeze();
    f.initialize();
    g.initialize();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, H, 0.5);
    var span = Span.of(T);
    var run = loaded(new Bidirectional(f, g, Merge.SUM), Bounds.of(T, B, true));
    var other = loaded(new Bidirectional(g, f, Merge.SUM), Bounds.of(T, B, true));
    assertSame("y", read(run.forward(x, span), T * B),
        read(reversed(other.forward(reversed(x), span)), T * B));
    var dx = read(run.backward(dy, span), T * B);
    assertClose("dx", dx, read(reversed(other.backward(reversed(dy), span)), T * B));
  }

  private static Rows reversed(Rows rows) {
    int n = B * rows.columns();
    var reversed = Rows.allocate(T * B, rows.columns());
    for (int t = 0; t < T; t++) {
      System.arraycopy(rows.array(), rows.offset() + t * n, reversed.array(), (T - 1 - t) * n, n);
    }
    return reversed;
  }

  @Test
  void aResidualLayerAddsItsInput() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", Gru.cell(), F, F));
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, F, 0.5);
    var plain = loaded(built.layer(), Bounds.of(T, B, true));
    var residual = loaded(new Residual(built.layer()), Bounds.of(T, B, true));
    assertSame("y", sum(x, plain.forward(x, Span.of(T))),
        read(residual.forward(x, Span.of(T)), T * B));
    assertSame("dx", sum(dy, plain.backward(dy, Span.of(T))),
        read(residual.backward(dy, Span.of(T)), T * B));
  }

  private static float[] sum(Rows a, Rows b) {
    var sum = read(a, T * B);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b.array()[b.offset() + i];
    }
    return sum;
  }

  /// A pass with dropped weights is a pass of a layer that has these weights.
  @Test
  void droppedWeightsAreZeroForAWholePass() {
    var masks = Masks.NONE.weights(0.4);
    var built = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, H, masks));
    var layer = (Recurrent) built.layer();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, H, 0.5);
    var run = loaded(layer, Bounds.of(T, B, true));
    var y = read(run.forward(x, Span.of(T, 7)), T * B);
    var dx = read(run.backward(dy, Span.of(T, 7)), T * B);
    assertThat(read(run.forward(x, Span.of(T, 8)), T * B)).isNotEqualTo(y);

    var dropped = new DroppedWeights(layer, engine);
    dropped.draw(7);
    var plain = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, H));
    System.arraycopy(dropped.values(), 0, plain.parameters().values(), 0, dropped.values().length);
    var expected = loaded(plain.layer(), Bounds.of(T, B, true));
    assertSame("y", read(expected.forward(x, Span.of(T)), T * B), y);
    assertSame("dx", read(expected.backward(dy, Span.of(T)), T * B), dx);
    int zeros = 0;
    for (var block : built.parameters().blocks()) {
      for (int i = block.offset(); i < block.offset() + block.length(); i++) {
        float before = built.parameters().values()[i];
        float now = dropped.values()[i];
        float factor = block.name().startsWith("l.U") ? now == 0 ? 0 : 1 / (1 - 0.4f) : 1;
        zeros += factor == 0 ? 1 : 0;
        assertThat(now).isEqualTo(before * factor);
        assertThat(built.parameters().gradients()[i])
            .isEqualTo(plain.parameters().gradients()[i] * factor);
      }
    }
    // Five standard deviations of a share of 4 · 36 elements.
    assertThat(zeros / 144.0).isCloseTo(0.4, within(5 * Math.sqrt(0.24 / 144)));
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0", "0, 0.7", "0.3, 0.7"})
  void thePenaltyAndItsGradientFollowTheFormula(double size, double change) {
    var parameters = new Parameters();
    parameters.freeze();
    var inner = new Dropout("none", F, 0, CounterRandom.of(1));
    var layer = new ActivationPenalty(inner, size, change);
    var present = Rows.allocate(T * B, 1);
    var keep = Rows.allocate(T * B, 1);
    for (int i = 0; i < T * B; i++) {
      present.array()[i] = i % B == 1 && i / B > 2 ? 0 : 1;
      keep.array()[i] = i % B == 2 && i / B == 3 ? 0 : 1;
    }
    var span = Span.of(T).present(present).keep(keep);
    var h = sines(T * B, F, 0.2);
    for (int i = 0; i < h.array().length; i++) {
      h.array()[i] *= present.array()[i / F];
    }
    var dy = sines(T * B, F, 0.5);
    var run = layer.run(engine, Bounds.of(T, B, true).masked(true).restarts(true));
    assertThat(run.forward(h, span)).isSameAs(h);
    assertThat(run.penalty()).isCloseTo(penalty(h, span, size, change), within(1e-12));
    var dx = run.backward(dy, span);
    for (int i = 0; i < h.array().length; i++) {
      float value = h.array()[i];
      double step = 1e-2;
      h.array()[i] = (float) (value + step);
      double up = h.array()[i];
      double above = penalty(h, span, size, change);
      h.array()[i] = (float) (value - step);
      double down = h.array()[i];
      double difference = (above - penalty(h, span, size, change)) / (up - down);
      h.array()[i] = value;
      // The penalty is quadratic: the central difference is exact but for rounding to float.
      assertThat((double) dx.array()[i]).as("element %d", i)
          .isCloseTo(dy.array()[i] + difference, within(2e-7));
    }
  }

  private static double penalty(Rows h, Span span, double size, double change) {
    var present = Objects.requireNonNull(span.present()).array();
    var keep = Objects.requireNonNull(span.keep()).array();
    double squares = 0;
    double changes = 0;
    int values = 0;
    int pairs = 0;
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        boolean is = present[t * B + b] == 1;
        boolean pair = t > 0 && is && present[(t - 1) * B + b] == 1 && keep[t * B + b] == 1;
        for (int i = 0; i < F; i++) {
          double now = h.array()[(t * B + b) * F + i];
          if (is) {
            squares += now * now;
            values++;
          }
          if (pair) {
            double d = now - h.array()[((t - 1) * B + b) * F + i];
            changes += d * d;
            pairs++;
          }
        }
      }
    }
    return size * squares / values + change * changes / pairs;
  }

  @Test
  void aLearnedInitialStateIsGivenByItsParameters() {
    var learned = LayerZoo.build(zoo -> zoo.cell("l", Restart.of(Lstm.cell(), true), F, H));
    var plain = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, H));
    plain.parameters().blocks().forEach(block -> System.arraycopy(
        learned.parameters().values(), block(learned, block.name()).offset(),
        plain.parameters().values(), block.offset(), block.length()));
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, H, 0.5);
    var run = loaded(learned.layer(), Bounds.of(T, B, true));
    run.states().forEach(s -> Arrays.fill(s.rows().array(), 0, B * H, 9f));
    var y = read(run.forward(x, Span.of(T).startingAnew(B)), T * B);
    var dx = read(run.backward(dy, Span.of(T).startingAnew(B)), T * B);

    var expected = loaded(plain.layer(), Bounds.of(T, B, true));
    for (var state : expected.states()) {
      var initial = block(learned, state.name() + "0");
      for (int b = 0; b < B; b++) {
        System.arraycopy(learned.parameters().values(), initial.offset(), state.rows().array(),
            state.rows().offset() + b * H, H);
      }
    }
    assertSame("y", read(expected.forward(x, Span.of(T)), T * B), y);
    assertSame("dx", read(expected.backward(dy, Span.of(T)), T * B), dx);
    for (var state : expected.stateGradients()) {
      var gradient = new float[H];
      for (int i = 0; i < B * H; i++) {
        gradient[i % H] += state.rows().array()[state.rows().offset() + i];
      }
      int at = block(learned, state.name() + "0").offset();
      assertClose("gradient of " + state.name() + "0", gradient,
          Arrays.copyOfRange(learned.parameters().gradients(), at, at + H));
    }
  }

  @Test
  void steppingBeginsWithTheLearnedState() {
    var layer = LayerZoo.build(zoo -> zoo.cell("l", Restart.of(Gru.cell(), true), F, H)).layer();
    var x = sines(1, F, 0);
    var y = loaded(layer, Bounds.of(1, 1, false)).forward(x, Span.of(1).startingAnew(1));
    var stepper = new Stepper(layer, engine);
    var state = stepper.initial();
    var one = new float[H];
    stepper.step(x.array(), 0, state, one, 0, state);
    assertSame("y", read(y, 1), one);
    var states = new KeyedStates<String>(stepper.layout());
    stepper.step(states, List.of("key"), x.array(), one);
    assertSame("y of a new key", read(y, 1), one);
    assertThat(states.get("key")).isEqualTo(state);
    stepper.step(x.array(), 0, state, one, 0, state);
    stepper.step(states, List.of("key"), x.array(), one);
    assertThat(states.get("key")).as("a known key goes on").isEqualTo(state);
  }

  private static Parameters.Block block(Built built, String name) {
    return Objects.requireNonNull(built.parameters().byName().get(name), name);
  }

  @Test
  void theExpectationOfAMaskIsWhatItIsOutsideTraining() {
    int n = 100_000;
    for (var rule : new MaskRule[] {new MaskRule.Drop(0.3), new MaskRule.Zone(0.3)}) {
      var mask = new float[n];
      CounterRandom.of(5).uniforms(1, mask, 0, n);
      rule.apply(mask, 0, n);
      double sum = 0;
      for (float m : mask) {
        sum += m;
      }
      // Five standard deviations of the mean; that of an element is below 0.7.
      assertThat(sum / n).as("%s, seed 5", rule)
          .isCloseTo(rule.expected(), within(5 * 0.7 / Math.sqrt(n)));
    }
  }

  @Test
  void zoneoutOutsideTrainingTakesTheExpectedState() {
    var cell = Zoneout.of(Cell.parse("c", "h' = x"));
    var layer = LayerZoo.build(zoo -> zoo.cell("l", cell, F, F,
        Masks.NONE.with(Zoneout.mask("h"), new MaskRule.Zone(0.25)))).layer();
    var y = loaded(layer, Bounds.of(1, B, false)).forward(sines(B, F, 0), Span.of(1));
    for (int i = 0; i < B * F; i++) {
      assertThat(y.array()[y.offset() + i]).isEqualTo(0.75f * (float) Math.sin(i));
    }
    var trained = loaded(layer, Bounds.of(1, B, true)).forward(sines(B, F, 1), Span.of(1));
    for (int i = 0; i < B * F; i++) {
      assertThat(trained.array()[trained.offset() + i]).isIn(0f, (float) Math.sin(i + 1.0));
    }
  }

  @Test
  void whatARunCannotDoIsRefused() {
    var layer = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, H)).layer();
    var run = loaded(layer, Bounds.of(T, B, false));
    var flags = Rows.allocate(T * B, 1);
    assertThatThrownBy(() -> run.forward(sines(T * B, F, 0), Span.of(T).present(flags)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layer l: the span has padding, but the run was bound without; "
            + "use Bounds.masked(true)");
    assertThatThrownBy(() -> run.forward(sines(T * B, F, 0), Span.of(T).keep(flags)))
        .hasMessage("layer l: the span has states that start anew, but the run was bound without; "
            + "use Bounds.restarts(true)");
    assertThatThrownBy(() -> Span.of(T).present(Rows.allocate(T * B, 2)))
        .hasMessage("present has 2 columns, expected one number for each step and sample");
    assertThatThrownBy(() -> LayerZoo.build(
        zoo -> zoo.cell("l", Zoneout.of(Cell.parse("c", "h' = W x")), F, H)))
        .hasMessage("layer l: stepmask(zoneout_h) has no rule; give one with Masks.with");
    assertThatThrownBy(() -> LayerZoo.build(
        zoo -> zoo.cell("l", Cell.parse("c", "h' = stepnumber(q) * W x"), F, H)))
        .hasMessage("layer l: nothing gives stepnumber(q); a layer gives present and keep");
    assertThatThrownBy(() -> new Residual(layer))
        .hasMessage("lstm(4 → 6), 264 parameters takes 4 features and puts out 6; "
            + "to add them, expected as many");
    var both = new Bidirectional(layer, layer, Merge.SUM);
    assertThatThrownBy(() -> new Recomputed(both, 2)).hasMessageContaining("whole sequences");
    assertThatThrownBy(() -> loaded(both, Bounds.of(1, 1, false)).step(sines(1, F, 0), 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("a bidirectional layer needs whole sequences");
    assertThatThrownBy(() -> Masks.drop(1))
        .hasMessage("dropout is 1.0, expected a probability from 0 up to but not 1");
  }

  private LayerRun loaded(RunnableLayer layer, Bounds bounds) {
    var run = layer.run(engine, bounds);
    run.load();
    return run;
  }
}
