package dev.unroll.layer;

import static dev.unroll.layer.LayerZoo.F;
import static dev.unroll.layer.Numbers.read;
import static dev.unroll.layer.Numbers.sines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.layer.LayerZoo.Built;
import dev.unroll.layer.LayerZoo.Maker;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.pooling.PoolingRun;
import dev.unroll.layer.recurrent.Bidirectional;
import dev.unroll.layer.recurrent.Stack;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stateless.Dense;
import dev.unroll.layer.wrapper.ActivationPenalty;
import dev.unroll.layer.wrapper.Recomputed;
import dev.unroll.layer.wrapper.Residual;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What stands in the x of steps that are absent is never read. Its product with a weight was
/// multiplied by zero instead, so that NaN, ∞ and numbers whose products are ∞ came out in outputs,
/// states and all gradients.
class AbsentStepsTest {
  private static final int T = 5;
  private static final int B = 4;

  /// One whole, one with a hole and an end, one that begins late, one of which nothing is there.
  private static final float[][] PRESENT = {
    {1, 1, 1, 1, 1}, {1, 0, 1, 0, 0}, {0, 0, 1, 1, 1}, {0, 0, 0, 0, 0}};

  private static final float[] POISONS = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f, 7.5f};

  static List<String> layers() {
    return List.copyOf(makers().keySet());
  }

  private static SequencedMap<String, Maker> makers() {
    var makers = new LinkedHashMap<>(LayerZoo.all());
    makers.put("an output that is no state", zoo -> zoo.cell("l",
        Cell.parse("own", "h' = tanh(W x + U h)\ny = V x + Q h'\nout y\n"), F, 5));
    // Not finite, or without a finite derivative, where x is zero. The inputs are sines.
    makers.put("a logarithm", zoo -> zoo.cell("l",
        Cell.parse("own", "h' = tanh(W log(x * x) + U h)"), F, 5));
    makers.put("a root", zoo -> zoo.cell("l",
        Cell.parse("own", "h' = tanh(W sqrt(abs(x)) + U h)"), F, 5));
    makers.put("a quotient", zoo -> zoo.cell("l",
        Cell.parse("own", "h' = tanh(W (1 / x) + U h)"), F, 5));
    makers.put("a quotient, both directions", zoo -> Bidirectional.of("l", name -> zoo.cell(name,
        Cell.parse("own", "h' = tanh(W (1 / x) + U h)"), F, 5), Merge.SUM));
    makers.put("dense", zoo -> zoo.cell("l", Dense.cell(null), F, 5));
    makers.put("dropout", zoo -> zoo.dropout("d", F, 0.3));
    makers.put("dropout first", zoo -> new Stack(List.of(
        zoo.dropout("d", F, 0.3), zoo.cell("l", Gru.cell(), F, 5))));
    makers.put("residual first",
        zoo -> new Residual(zoo.cell("l", Gru.cell(), F, F)));
    makers.put("penalty", zoo -> new ActivationPenalty(
        zoo.cell("l", Lstm.cell(), F, 5), 0.3, 0.2));
    makers.put("recomputed",
        zoo -> new Recomputed(zoo.cell("l", Lstm.cell(), F, 5), 2));
    return makers;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatStandsInAbsentStepsChangesNothing(String name) {
    var maker = makers().get(name);
    for (var engine : engines()) {
      try (engine) {
        for (boolean steps : new boolean[] {false, true}) {
          var built = LayerZoo.build(maker);
          if (steps && (!built.layer().isDivisible() || built.layer() instanceof Recomputed)) {
            continue;
          }
          var expected = results(built, engine, 0, steps);
          for (float[] numbers : expected) {
            for (float number : numbers) {
              assertThat(number).isFinite();
            }
          }
          for (float poison : POISONS) {
            var actual = results(LayerZoo.build(maker), engine, poison, steps);
            for (int i = 0; i < expected.size(); i++) {
              assertThat(actual.get(i)).as("%s: result %d with %s there", engine, i, poison)
                  .containsExactly(expected.get(i));
            }
          }
        }
      }
    }
  }

  private static List<Engine> engines() {
    return List.of(new Engine(Providers.scalar(), Threads.of(1)),
        new Engine(Providers.best(), Threads.of(2)));
  }

  /// Outputs, last outputs, states, dx, gradients of states and of parameters of two passes.
  private static List<float[]> results(Built built, Engine engine, float poison, boolean steps) {
    var layer = built.layer();
    var span = Span.of(T, 3).present(present());
    var x = poisoned(sines(T * B, F, 0.3), poison);
    var given = x.array().clone();
    var dy = sines(T * B, layer.outputSize(), 0.5);
    var dLast = sines(B, layer.outputSize(), 0.7);
    var run = layer.run(engine, Bounds.of(T, B, true).masked(true));
    run.load();
    var results = new ArrayList<float[]>();
    for (int pass = 0; pass < 2; pass++) {
      run.begin();
      var y = x;
      for (int t = 0; steps && t < T; t++) {
        y = run.forwardStep(x, t, span);
      }
      y = steps ? y : run.forward(x, span);
      results.add(read(y, T * B));
      results.add(read(run.last(span), B));
      run.backwardLast(dLast, span);
      var dx = dy;
      if (steps) {
        for (int t = T - 1; t >= 0; t--) {
          dx = run.backwardStep(dy, t, span);
        }
        run.gradients(span);
      } else {
        dx = run.backward(dy, span);
      }
      results.add(read(dx, T * B));
      run.statesAfter(T).forEach(s -> results.add(read(s.rows(), B)));
      run.stateGradients().forEach(s -> results.add(read(s.rows(), B)));
    }
    results.add(built.parameters().gradients().clone());
    assertThat(x.array()).as("x, which is the caller's").containsExactly(given);
    return results;
  }

  @Test
  void attentionAndPoolingNeverReadThem() {
    for (var rule : Attention.values()) {
      var expected = attended(rule, 0);
      for (float poison : POISONS) {
        var actual = attended(rule, poison);
        for (int i = 0; i < expected.size(); i++) {
          for (float number : expected.get(i)) {
            assertThat(number).isFinite();
          }
          assertThat(actual.get(i)).as("%s: result %d with %s there", rule, i, poison)
              .containsExactly(expected.get(i));
        }
      }
    }
  }

  private static List<float[]> attended(Attention rule, float poison) {
    int queries = 2;
    var parameters = new Parameters();
    var attention = new AttentionLayer("a", rule, F, F, 3, parameters, CounterRandom.of(5));
    parameters.freeze();
    attention.initialize();
    var results = new ArrayList<float[]>();
    try (var engine = Engine.of(1)) {
      var run = attention.run(engine, T, Bounds.of(queries, B, true), 1);
      run.load();
      var memory = poisoned(sines(T * B, F, 0), poison);
      run.read(memory, Span.of(T).present(present()));
      var span = Span.of(queries);
      results.add(read(run.attend(sines(queries * B, F, 0.3), span), queries * B));
      results.add(read(run.weights(), queries * B));
      results.add(read(run.backward(sines(queries * B, F, 0.6), span), queries * B));
      results.add(read(run.finish(span, false), T * B));
      for (var pooling : List.of(PoolingRun.mean(engine, F, Bounds.of(T, B, true)),
          PoolingRun.max(engine, F, Bounds.of(T, B, true)))) {
        var pooled = Span.of(T).present(present());
        results.add(read(pooling.forward(memory, pooled), B));
        results.add(read(pooling.backward(sines(B, F, 0.8), pooled), T * B));
      }
    }
    results.add(parameters.gradients().clone());
    return results;
  }

  /// `present` that is neither 0 nor 1 was multiplied with.
  @Test
  void flagsThatAreNoFlagsAreRefused() {
    try (var engine = Engine.of(1)) {
      var built = LayerZoo.build(zoo -> zoo.cell("l", Lstm.cell(), F, 5));
      var run = built.layer().run(engine, Bounds.of(T, B, false).masked(true).restarts(true));
      run.load();
      var present = present();
      present.array()[2 * B + 1] = Float.NaN;
      var x = sines(T * B, F, 0);
      assertThatThrownBy(() -> run.forward(x, Span.of(T).present(present)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("layer l: present is NaN at step 2 of sample 1, expected 0 or 1");
      var keep = Rows.allocate(T * B, 1);
      Arrays.fill(keep.array(), 0.5f);
      assertThatThrownBy(() -> run.forward(x, Span.of(T).keep(keep)))
          .hasMessage("layer l: keep is 0.5 at step 0 of sample 0, expected 0 or 1");
    }
  }

  private static Rows present() {
    var present = Rows.allocate(T * B, 1);
    for (int i = 0; i < T * B; i++) {
      present.array()[i] = PRESENT[i % B][i / B];
    }
    return present;
  }

  private static Rows poisoned(Rows x, float poison) {
    var present = present();
    for (int i = 0; i < x.array().length; i++) {
      if (present.array()[i / x.columns()] == 0) {
        x.array()[i] = poison;
      }
    }
    return x;
  }
}
