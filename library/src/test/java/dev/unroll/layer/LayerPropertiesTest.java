package dev.unroll.layer;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.assertClose;
import static dev.unroll.layer.Numbers.assertSame;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sample;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.LayerZoo.Maker;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every layer, outputs and all gradients.
class LayerPropertiesTest {
  private static final int T = 5;
  private static final int B = 3;

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  static List<Arguments> all() {
    return named(LayerZoo.all());
  }

  static List<Arguments> divisible() {
    return named(LayerZoo.divisible());
  }

  private static List<Arguments> named(SequencedMap<String, Maker> makers) {
    return makers.entrySet().stream()
        .map(e -> Arguments.of(Named.of(e.getKey(), e.getValue()))).toList();
  }

  /// Samples of several lengths side by side give what each gives alone, whatever stands in the
  /// padding.
  @ParameterizedTest
  @MethodSource("all")
  void paddingChangesNothing(Maker maker) {
    assertSamplesAreAlone(maker, new int[] {5, 2, 3}, Bounds.of(T, B, true).masked(true));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aBatchIsItsSamples(Maker maker) {
    assertSamplesAreAlone(maker, new int[] {5, 5, 5}, Bounds.of(T, B, true));
  }

  private void assertSamplesAreAlone(Maker maker, int[] lengths, Bounds bounds) {
    var built = LayerZoo.build(withoutNoise(maker));
    int out = built.layer().outputSize();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, out, 0.5);
    var dLast = sines(B, out, 0.7);
    var present = Rows.allocate(T * B, 1);
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        boolean isPresent = t < lengths[b];
        present.array()[t * B + b] = isPresent ? 1 : 0;
        if (!isPresent) {
          Arrays.fill(x.array(), (t * B + b) * F, (t * B + b + 1) * F, 7.5f);
          Arrays.fill(dy.array(), (t * B + b) * out, (t * B + b + 1) * out, 0f);
        }
      }
    }
    var span = bounds.masked() ? Span.of(T).present(present) : Span.of(T);
    var run = started(built, bounds, 0);
    var y = run.forward(x, span);
    var last = read(run.last(span), B);
    run.backwardLast(dLast, span);
    var dx = run.backward(dy, span);
    var gradients = built.parameters().gradients().clone();
    Arrays.fill(built.parameters().gradients(), 0f);

    for (int b = 0; b < B; b++) {
      int n = lengths[b];
      var alone = started(built, Bounds.of(n, 1, true), b);
      assertSame("y of sample " + b,
          read(alone.forward(sample(x, B, b, 0, n), Span.of(n)), n),
          sample(y, B, b, 0, n).array());
      assertSame("last of sample " + b, read(alone.last(Span.of(n)), 1),
          Arrays.copyOfRange(last, b * out, (b + 1) * out));
      alone.backwardLast(sample(dLast, B, b, 0, 1), Span.of(n));
      assertSame("dx of sample " + b,
          read(alone.backward(sample(dy, B, b, 0, n), Span.of(n)), n),
          sample(dx, B, b, 0, n).array());
      assertSame("dx of the padding of sample " + b, new float[(T - n) * F],
          sample(dx, B, b, n, T).array());
      for (int s = 0; s < run.states().size(); s++) {
        var name = run.states().get(s).name();
        assertSame(name + " after sample " + b,
            read(alone.statesAfter(n).get(s).rows(), 1),
            sample(run.statesAfter(T).get(s).rows(), B, b, 0, 1).array());
        assertSame("gradient of " + name + " before sample " + b,
            read(alone.stateGradients().get(s).rows(), 1),
            sample(run.stateGradients().get(s).rows(), B, b, 0, 1).array());
      }
    }
    assertClose("gradients", built.parameters().gradients(), gradients);
  }

  /// Flags that let states start anew give what separate sequences give.
  @ParameterizedTest
  @MethodSource("all")
  void restartsAreSeparateSequences(Maker maker) {
    var built = LayerZoo.build(withoutNoise(maker));
    int out = built.layer().outputSize();
    int[] cuts = {2, 0, 4};
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, out, 0.5);
    var keep = Rows.allocate(T * B, 1);
    for (int t = 0; t < T; t++) {
      for (int b = 0; b < B; b++) {
        keep.array()[t * B + b] = t == cuts[b] ? 0 : 1;
      }
    }
    var span = Span.of(T).keep(keep);
    var run = loaded(built, Bounds.of(T, B, true).restarts(true));
    var y = run.forward(x, span);
    var dx = run.backward(dy, span);
    var gradients = built.parameters().gradients().clone();
    Arrays.fill(built.parameters().gradients(), 0f);

    for (int b = 0; b < B; b++) {
      int[] ends = {0, cuts[b], T};
      for (int i = 0; i < 2; i++) {
        int from = ends[i];
        int to = ends[i + 1];
        if (from < to) {
          var alone = loaded(built, Bounds.of(to - from, 1, true));
          assertSame("y of sample " + b,
              read(alone.forward(sample(x, B, b, from, to), Span.of(to - from)), to - from),
              sample(y, B, b, from, to).array());
          assertSame("dx of sample " + b,
              read(alone.backward(sample(dy, B, b, from, to), Span.of(to - from)), to - from),
              sample(dx, B, b, from, to).array());
        }
      }
    }
    assertClose("gradients", built.parameters().gradients(), gradients);
  }

  /// Step by step, with dropout and everything, gives the bits of the whole pass.
  @ParameterizedTest
  @MethodSource("divisible")
  void allStepsOneByOneAreTheWholePass(Maker maker) {
    for (var bounds : List.of(Bounds.of(T + 1, B, true), Bounds.of(T, B, true).masked(true))) {
      var built = LayerZoo.build(maker);
      int out = built.layer().outputSize();
      var x = sines(T * B, F, 0);
      var dy = sines(T * B, out, 0.5);
      var present = Rows.allocate(T * B, 1);
      Arrays.fill(present.array(), 0, 3 * B + 1, 1f);
      var span = Span.of(T, 7).first(2);
      span = bounds.masked() ? span.present(present) : span;
      var run = started(built, bounds, 0);
      var y = read(run.forward(x, span), T * B);
      var dx = read(run.backward(dy, span), T * B);
      var gradients = built.parameters().gradients().clone();
      Arrays.fill(built.parameters().gradients(), 0f);

      var steps = started(built, bounds, 0);
      Rows output = x;
      for (int t = 0; t < T; t++) {
        output = steps.forwardStep(x, t, span);
      }
      assertSame("y", y, read(output, T * B));
      for (int t = T - 1; t >= 0; t--) {
        output = steps.backwardStep(dy, t, span);
      }
      steps.gradients(span);
      assertSame("dx", dx, read(output, T * B));
      assertSame("gradients", gradients, built.parameters().gradients());
      for (int s = 0; s < run.states().size(); s++) {
        assertSame("state gradients", read(run.stateGradients().get(s).rows(), B),
            read(steps.stateGradients().get(s).rows(), B));
      }
    }
  }

  /// The states that one run ends with are those that another begins with, and its gradients flow
  /// back.
  @ParameterizedTest
  @MethodSource("divisible")
  void aSequenceCutInTwoIsTheWhole(Maker maker) {
    int cut = 2;
    var built = LayerZoo.build(withoutNoise(maker));
    int out = built.layer().outputSize();
    var x = sines(T * B, F, 0);
    var dy = sines(T * B, out, 0.5);
    var run = started(built, Bounds.of(T, B, true), 0);
    var y = read(run.forward(x, Span.of(T)), T * B);
    var dx = read(run.backward(dy, Span.of(T)), T * B);
    var gradients = built.parameters().gradients().clone();
    Arrays.fill(built.parameters().gradients(), 0f);

    var head = started(built, Bounds.of(cut, B, true), 0);
    var tail = loaded(built, Bounds.of(T, B, true));
    var second = Span.of(T - cut).first(cut);
    assertSame("y of the first part", Arrays.copyOf(y, cut * B * out),
        read(head.forward(x, Span.of(cut)), cut * B));
    copy(head.statesAfter(cut), tail.states());
    assertSame("y of the second part", Arrays.copyOfRange(y, cut * B * out, T * B * out),
        read(tail.forward(new Rows(x.array(), cut * B * F, F), second), (T - cut) * B));
    assertSame("dx of the second part", Arrays.copyOfRange(dx, cut * B * F, T * B * F),
        read(tail.backward(new Rows(dy.array(), cut * B * out, out), second), (T - cut) * B));
    copy(tail.stateGradients(), head.stateGradients());
    assertSame("dx of the first part", Arrays.copyOf(dx, cut * B * F),
        read(head.backward(dy, Span.of(cut), true), cut * B));
    assertClose("gradients", gradients, built.parameters().gradients());
  }

  /// Outside training the masks that were drawn in training do nothing.
  @ParameterizedTest
  @MethodSource("all")
  void trainingWithoutNoiseIsAsInference(Maker maker) {
    var built = LayerZoo.build(withoutNoise(maker));
    var x = sines(T * B, F, 0);
    var expected = read(started(built, Bounds.of(T, B, false), 0).forward(x, Span.of(T)), T * B);
    var actual = read(started(built, Bounds.of(T, B, true), 0).forward(x, Span.of(T, 3)), T * B);
    assertSame("y", expected, actual);
  }

  /// Threads and kernels do not change a bit, with masks, padding and restarts at once.
  @ParameterizedTest
  @MethodSource("all")
  void theBitsDependOnNoThreadsOrKernels(Maker maker) {
    var expected = bits(maker, new Engine(Providers.scalar(), Threads.of(1)));
    for (int threads = 1; threads <= 3; threads++) {
      var actual = bits(maker, new Engine(Providers.best(), Threads.of(threads)));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).as("%d threads, result %d", threads, i)
            .containsExactly(expected.get(i));
      }
    }
  }

  private static List<float[]> bits(Maker maker, Engine engine) {
    try (engine) {
      var built = LayerZoo.build(maker);
      int out = built.layer().outputSize();
      var run = built.layer().run(engine, Bounds.of(T, B, true).masked(true).restarts(true));
      run.load();
      var flags = sines(T * B, 1, 0);
      var present = Rows.allocate(T * B, 1);
      var keep = Rows.allocate(T * B, 1);
      for (int i = 0; i < T * B; i++) {
        present.array()[i] = i < B || flags.array()[i] > -0.3 ? 1 : 0;
        keep.array()[i] = flags.array()[T * B - 1 - i] > -0.5 ? 1 : 0;
      }
      var span = Span.of(T, 5).present(present).keep(keep);
      var y = run.forward(sines(T * B, F, 0), span);
      return List.of(read(y, T * B), read(run.last(span), B),
          read(run.backward(sines(T * B, out, 0.5), span), T * B),
          built.parameters().gradients());
    }
  }

  private static void copy(List<LayerRun.StateRows> from, List<LayerRun.StateRows> to) {
    for (int s = 0; s < from.size(); s++) {
      var rows = from.get(s).rows();
      System.arraycopy(rows.array(), rows.offset(), to.get(s).rows().array(),
          to.get(s).rows().offset(), B * rows.columns());
    }
  }

  private LayerRun loaded(Built built, Bounds bounds) {
    var run = built.layer().run(engine, bounds);
    run.load();
    return run;
  }

  /// With states that tell samples apart.
  private LayerRun started(Built built, Bounds bounds, int firstSample) {
    var run = loaded(built, bounds);
    int s = 0;
    for (var state : run.states()) {
      var rows = state.rows();
      for (int b = 0; b < bounds.batch(); b++) {
        for (int i = 0; i < rows.columns(); i++) {
          rows.array()[rows.offset() + b * rows.columns() + i] =
              0.3f * (float) Math.sin(s + 3 * (firstSample + b) + i);
        }
      }
      s++;
    }
    return run;
  }

  private static Maker withoutNoise(Maker maker) {
    return zoo -> {
      zoo.silence();
      return maker.make(zoo);
    };
  }
}
