package dev.unroll.model.loss.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.loss.Loss;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loss, the probabilities, the most probable sequence and the gradients of a chain against the
/// enumeration of all sequences of classes.
class ChainLossTest {
  private static final int N = 3;
  private static final int TIME = 5;
  private static final int[] LENGTHS = {4, 1, 5, 0};
  private static final int BATCH = LENGTHS.length;
  private static final List<String> TAGS = List.of("B-x", "I-x", "O");

  private final Parameters parameters = new Parameters();
  private final Rows logits = Rows.allocate(TIME * BATCH, N);
  private final int[] targets = new int[TIME * BATCH];

  private ChainLoss chain(Engine engine, boolean spans, boolean training, double scale) {
    var random = CounterRandom.of(5).stream("chain");
    var chain = new ChainScores("c", new Loss.Chain(spans), N, spans ? TAGS : null, parameters);
    parameters.freeze();
    fill(parameters.values(), random.stream("parameters"), scale);
    fill(logits.array(), random.stream("logits"), scale);
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < TIME; t++) {
        int free = (2 * t + b) % N;
        // Of spans: O B I O B.
        targets[t * BATCH + b] =
            t >= LENGTHS[b] ? -1 : spans ? new int[] {2, 0, 1, 2, 0}[t] : free;
      }
    }
    var run = new ChainLoss(engine, chain, Bounds.of(TIME, BATCH, training));
    run.load();
    return run;
  }

  private static void fill(float[] values, CounterRandom random, double scale) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * (2 * random.uniform(0, i) - 1));
    }
  }

  private double parameter(String name, int i) {
    var block = parameters.byName().get("c." + name);
    assertThat(block).isNotNull();
    return parameters.values()[block.offset() + i];
  }

  /// log of the weight of a sequence of classes in a column.
  private double score(int b, int[] y, boolean spans) {
    double score = parameter("start", y[0]) + parameter("end", y[y.length - 1]);
    for (int t = 0; t < y.length; t++) {
      score += logits.array()[(t * BATCH + b) * N + y[t]];
      if (spans && y[t] == 1 && (t == 0 || y[t - 1] == 2)) {
        return Double.NEGATIVE_INFINITY;
      }
      score += t == 0 ? 0 : parameter("transitions", y[t - 1] * N + y[t]);
    }
    return score;
  }

  private static List<int[]> sequences(int length) {
    var all = new ArrayList<int[]>();
    for (int number = 0; number < Math.pow(N, length); number++) {
      int[] y = new int[length];
      for (int t = 0, rest = number; t < length; t++, rest /= N) {
        y[t] = rest % N;
      }
      all.add(y);
    }
    return all;
  }

  private double logZ(int b, int length, boolean spans) {
    double max = sequences(length).stream().mapToDouble(y -> score(b, y, spans)).max()
        .orElseThrow();
    return max + Math.log(sequences(length).stream()
        .mapToDouble(y -> Math.exp(score(b, y, spans) - max)).sum());
  }

  private double loss(boolean spans) {
    double sum = 0;
    for (int b = 0; b < BATCH; b++) {
      if (LENGTHS[b] > 0) {
        sum += logZ(b, LENGTHS[b], spans) - score(b, target(b), spans);
      }
    }
    return sum;
  }

  private int[] target(int b) {
    int[] y = new int[LENGTHS[b]];
    for (int t = 0; t < y.length; t++) {
      y[t] = targets[t * BATCH + b];
    }
    return y;
  }

  /// With scores of up to 1000 what is likely is e^2000 times what is not: products of factors are
  /// zero there, and only logarithms are left.
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 3, 60, 1000})
  void lossAndBestSequenceAreThoseOfAllSequences(double scale) {
    for (boolean spans : new boolean[] {false, true}) {
      var test = new ChainLossTest();
      try (var engine = Engine.of(1)) {
        var run = test.chain(engine, spans, false, scale);
        var score = run.score(test.logits, Targets.classes(test.targets, TIME * BATCH));
        double expected = test.loss(spans);
        assertThat(score.loss()).isCloseTo(expected, within(1e-9 * Math.max(1, expected)));
        assertThat(score.count()).isEqualTo(10);
        test.assertPredicted(run, spans);
        long right = 0;
        for (int b = 0; b < BATCH; b++) {
          for (int t = 0; t < LENGTHS[b]; t++) {
            int row = t * BATCH + b;
            right += run.path()[row] == test.targets[row] ? 1 : 0;
          }
        }
        assertThat(score.right()).isEqualTo(right);
      }
    }
  }

  private void assertPredicted(ChainLoss run, boolean spans) {
    var present = Rows.allocate(TIME * BATCH, 1);
    for (int row = 0; row < TIME * BATCH; row++) {
      present.array()[row] = targets[row] < 0 ? 0 : 1;
    }
    var probabilities = run.predict(logits, present, TIME);
    for (int b = 0; b < BATCH; b++) {
      int length = LENGTHS[b];
      int[] best = {};
      for (var y : sequences(length)) {
        if (best.length == 0 || score0(b, y, spans) > score0(b, best, spans)) {
          best = y;
        }
      }
      double logZ = length == 0 ? 0 : logZ(b, length, spans);
      for (int t = 0; t < length; t++) {
        int row = t * BATCH + b;
        assertThat(run.path()[row]).isEqualTo(best[t]);
        for (int j = 0; j < N; j++) {
          int here = j;
          int step = t;
          int b0 = b;
          double p = sequences(length).stream().filter(y -> y[step] == here)
              .mapToDouble(y -> Math.exp(score(b0, y, spans) - logZ)).sum();
          assertThat((double) probabilities.array()[row * N + j]).isCloseTo(p, within(1e-6));
        }
      }
    }
  }

  private double score0(int b, int[] y, boolean spans) {
    return y.length == 0 ? 0 : score(b, y, spans);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 3, 60, 1000})
  void gradientsAreThoseOfAllSequences(double scale) {
    for (boolean spans : new boolean[] {false, true}) {
      var test = new ChainLossTest();
      try (var engine = Engine.of(1)) {
        var run = test.chain(engine, spans, true, scale);
        run.score(test.logits, Targets.classes(test.targets, TIME * BATCH));
        run.addGradients();
        test.assertGradients(run.gradient(), spans);
      }
    }
  }

  /// By expectations: the probability of what is scored, minus how often it is in the targets.
  private void assertGradients(Rows dLogits, boolean spans) {
    double[] expected = new double[parameters.size()];
    double[] expectedLogits = new double[TIME * BATCH * N];
    for (int b = 0; b < BATCH; b++) {
      int length = LENGTHS[b];
      if (length > 0) {
        double logZ = logZ(b, length, spans);
        for (var y : sequences(length)) {
          add(y, b, Math.exp(score(b, y, spans) - logZ) / 10, expected, expectedLogits);
        }
        add(target(b), b, -0.1, expected, expectedLogits);
      }
    }
    for (int i = 0; i < expectedLogits.length; i++) {
      assertThat((double) dLogits.array()[i]).isCloseTo(expectedLogits[i], within(1e-7));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) parameters.gradients()[i]).as("%d, spans %s", i, spans)
          .isCloseTo(expected[i], within(1e-7));
    }
  }

  private void add(int[] y, int b, double p, double[] sums, double[] dLogits) {
    sums[offset("start") + y[0]] += p;
    sums[offset("end") + y[y.length - 1]] += p;
    for (int t = 0; t < y.length; t++) {
      dLogits[(t * BATCH + b) * N + y[t]] += p;
      if (t > 0) {
        sums[offset("transitions") + y[t - 1] * N + y[t]] += p;
      }
    }
  }

  private int offset(String name) {
    var block = parameters.byName().get("c." + name);
    assertThat(block).isNotNull();
    return block.offset();
  }

  @Test
  void threadsAndProvidersChangeNoBit() {
    float @Nullable [] first = null;
    for (int threads = 1; threads <= 3; threads++) {
      var kernels = threads == 2 ? Providers.scalar() : Providers.best();
      var test = new ChainLossTest();
      try (var engine = new Engine(kernels, Threads.of(threads))) {
        var run = test.chain(engine, false, true, 3);
        run.score(test.logits, Targets.classes(test.targets, TIME * BATCH));
        run.addGradients();
        var bits = Arrays.copyOf(run.gradient().array(),
            run.gradient().array().length + test.parameters.size());
        System.arraycopy(test.parameters.gradients(), 0, bits, run.gradient().array().length,
            test.parameters.size());
        first = first == null ? bits : first;
        assertThat(bits).isEqualTo(first);
      }
    }
  }

  /// Nothing is known of such a target: its loss would be infinite.
  @Test
  void targetsThatCannotFollowEachOtherAreRefused() {
    try (var engine = Engine.of(1)) {
      var run = chain(engine, true, true, 1);
      targets[BATCH] = 1;
      assertThatThrownBy(() -> run.score(logits, Targets.classes(targets, TIME * BATCH)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has the class 1 at step 1, which cannot follow the class 2");
    }
  }

  @Test
  void tagsOfSpansAreKnownByName() {
    assertThatThrownBy(() -> new ChainScores("c", Loss.spanChain(), N, null, parameters))
        .hasMessageContaining("not known by name");
  }
}
