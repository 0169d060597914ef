package dev.unroll.layer.probe;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.assertSame;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.layer.LayerZoo;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.LayerZoo.Maker;
import dev.unroll.layer.Merge;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Layers that are looked at, each over sequences with padding and states that start anew.
class ProbesTest {
  private static final int T = 5;
  private static final int B = 3;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  /// Everything that a layer computes has the bits that it has without probes, with its dropout.
  @ParameterizedTest
  @MethodSource("dev.unroll.layer.LayerPropertiesTest#all")
  void lookingChangesNothing(Maker maker) {
    var bounds = Bounds.of(T, B, true).masked(true).restarts(true);
    var probes = new Probes();
    var plain = pass(LayerZoo.build(maker), bounds);
    var probed = pass(LayerZoo.build(maker), bounds.probed(probes));
    for (int i = 0; i < plain.length; i++) {
      assertSame("part " + i, plain[i], probed[i]);
    }
    assertThat(probes.all()).isNotEmpty().allSatisfy(probe -> {
      assertThat(probe.steps()).isEqualTo(T);
      for (var quantity : probe.quantities()) {
        int n = T * B * probe.size(quantity);
        assertThat(read(probe.value(quantity), T * B)).hasSize(n);
        assertThat(read(probe.gradient(quantity), T * B)).hasSize(n);
      }
      for (var matrix : probe.matrices()) {
        assertThat(probe.contributions(matrix)).hasSize(T);
      }
    });
  }

  /// Outputs, dx and the gradients of the parameters.
  private float[][] pass(Built built, Bounds bounds) {
    var present = Rows.allocate(T * B, 1);
    var keep = Rows.allocate(T * B, 1);
    for (int i = 0; i < T * B; i++) {
      present.array()[i] = i == 4 * B || i == 4 * B + 2 || i == 3 * B ? 0 : 1;
      keep.array()[i] = i == 2 * B + 1 ? 0 : 1;
    }
    var span = Span.of(T, 3).present(present).keep(keep);
    var run = built.layer().run(engine, bounds);
    run.load();
    run.begin();
    var y = read(run.forward(sines(T * B, F, 0), span), T * B);
    run.backwardLast(sines(B, built.layer().outputSize(), 0.7), span);
    var dx = read(run.backward(sines(T * B, built.layer().outputSize(), 0.5), span), T * B);
    return new float[][] {y, dx, built.parameters().gradients()};
  }

  @Test
  void aProbeReadsWhatTheLayerReadsAndPutsOut() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, 6));
    var probes = new Probes();
    var run = built.layer().run(engine, Bounds.of(T, B, true).probed(probes));
    var probe = probes.of("l");
    run.load();
    run.begin();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, 6, 0.3);
    assertThatThrownBy(() -> probe.value("f")).isInstanceOf(IllegalStateException.class)
        .hasMessage("layer l has made no pass yet; run the model first");
    var y = run.forward(x, Span.of(T));
    assertThatThrownBy(() -> probe.gradient("f")).isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "layer l has gone forward only; its gradients are there after the backward pass");
    var dx = run.backward(dy, Span.of(T));
    assertThat(probe.quantities()).containsExactly("i", "f", "g", "o", "c'", "h'");
    assertThat(probe.states()).containsExactlyInAnyOrder("c", "h");
    assertThat(probe.matrices())
        .containsExactlyInAnyOrder("Wi", "Wf", "Wg", "Wo", "Ui", "Uf", "Ug", "Uo");
    assertThat(probe.reversed()).isFalse();
    assertThat(probe.input()).isSameAs(x);
    assertSame("h'", read(y, T * B), read(probe.value("h'"), T * B));
    assertSame("dx", read(dx, T * B), read(probe.inputGradient(), T * B));
    // ∂L/∂h_t = dy_t and what came back from step t + 1
    var total = read(probe.gradient("h'"), T * B);
    var arriving = read(probe.arriving("h"), T * B);
    for (int i = 0; i < total.length; i++) {
      assertThat(total[i]).isEqualTo(dy.array()[i] + arriving[i]);
    }
    // ∂L/∂c_t through c alone: f_{t+1} ∘ ∂L/∂c_{t+1}, and nothing at the last step
    var f = read(probe.value("f"), T * B);
    var dc = read(probe.gradient("c'"), T * B);
    var back = read(probe.arriving("c"), T * B);
    int step = B * 6;
    for (int i = 0; i < back.length; i++) {
      assertThat(back[i])
          .isEqualTo(i + step < back.length ? f[i + step] * dc[i + step] : 0f);
    }
    assertThatThrownBy(() -> probe.value("z")).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the cell has no quantity z; it has i, f, g, o, c', h'");
    assertThatThrownBy(() -> probe.arriving("z")).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the cell has no state z; it has ");
    assertThatThrownBy(() -> probe.contributions("W"))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no matrix W; it has");
  }

  /// Step by step the steps' terms of dU are what a pass over that step alone adds.
  @Test
  void contributionsAreTheTermsOfTheGradient() {
    for (int batch : new int[] {1, B, 40}) { // 40 rows of 5 + 5 are more than a matrix of 5 × 5
      var built = LayerZoo.build(zoo -> zoo.cell("l",
          Cell.parse("twice", "h' = tanh(W x + U h + U tanh(h))"), F, 5));
      var probes = new Probes();
      var run = built.layer().run(engine, Bounds.of(T, batch, true).probed(probes));
      run.load();
      run.begin();
      run.forward(sines(T * batch, F, 0), Span.of(T));
      run.backward(sines(T * batch, 5, 0.3), Span.of(T));
      var probe = probes.of("l");
      var d = new double[T][25];
      var h = read(probe.value("h'"), T * batch);
      var dh = read(probe.gradient("h'"), T * batch);
      for (int row = 0; row < T * batch; row++) {
        for (int i = 0; i < 5; i++) {
          double y = h[row * 5 + i];
          double delta = dh[row * 5 + i] * (1 - y * y);
          for (int j = 0; j < 5 && row >= batch; j++) {
            double before = h[(row - batch) * 5 + j];
            d[row / batch][i * 5 + j] += delta * (before + Math.tanh(before));
          }
        }
      }
      var norms = probe.contributions("U");
      for (int t = 0; t < T; t++) {
        double expected = Math.sqrt(Arrays.stream(d[t]).map(v -> v * v).sum());
        assertThat(norms[t]).as("step %d of %d samples", t, batch)
            .isCloseTo(expected, within(1e-6 * (1 + expected)));
      }
    }
  }

  @Test
  void theDirectionAgainstTimeSaysSo() {
    var built = LayerZoo.build(zoo -> new Stack(List.of(
        Bidirectional.of("a", name -> zoo.cell(name, Gru.cell(), F, 3), Merge.CONCATENATE),
        zoo.cell("b", Gru.cell(), 6, 5))));
    var probes = new Probes();
    built.layer().run(engine, Bounds.of(T, B, false).probed(probes));
    assertThat(probes.all().stream().map(p -> p.layer() + " " + p.reversed()))
        .containsExactly("a.forward false", "a.backward true", "b false");
    assertThatThrownBy(() -> probes.of("c")).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no recurrent layer c; there are [a.forward, a.backward, b]");
  }

  @Test
  void aLayerThatIsBoundAnewReplacesItself() {
    var built = LayerZoo.build(zoo -> new Stack(List.of(
        zoo.cell("a", Gru.cell(), F, 6), zoo.cell("b", Gru.cell(), 6, 5))));
    var probes = new Probes();
    var bounds = Bounds.of(T, B, false).probed(probes);
    built.layer().run(engine, bounds);
    var before = probes.of("a");
    built.layer().run(engine, bounds.masked(true));
    assertThat(probes.all().stream().map(Probe::layer)).containsExactly("a", "b");
    assertThat(probes.of("a")).isNotSameAs(before);
  }

  @Test
  void withoutTrainingThereAreValuesOnly() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", Gru.cell(), F, 5));
    var probes = new Probes();
    var bounds = Bounds.of(T, B, false);
    var run = built.layer().run(engine, bounds.probed(probes));
    run.load();
    run.begin();
    var y = run.forward(sines(T * B, F, 0), Span.of(T));
    assertSame("h'", read(y, T * B), read(probes.of("l").value("h'"), T * B));
    assertThatThrownBy(() -> probes.of("l").gradient("z"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "layer l is not bound for training, so it has no gradients; bind it for training");
    assertThat(run.bytes()).isGreaterThan(built.layer().run(engine, bounds).bytes());
  }

  @Test
  void segmentsThatAreRecomputedCannotBeTraced() {
    var built = LayerZoo.build(zoo -> new Recomputed(zoo.cell("l", Gru.cell(), F, 5), 2));
    var bounds = Bounds.of(T, B, true).probed(new Probes());
    assertThatThrownBy(() -> built.layer().run(engine, bounds))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 steps cannot be traced; trace windows of up to 2 steps");
  }

  @Test
  void aLayerSaysItsBytesBeforeItTakesThem() {
    var built = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, 5));
    var bounds = Bounds.of(T, B, true).masked(true).probed(new Probes());
    assertThat(Recurrent.in(built.layer()).getFirst().bytes(bounds))
        .isEqualTo((double) built.layer().run(engine, bounds).bytes());
  }
}
