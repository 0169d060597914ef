package dev.unroll.model.loss.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.model.loss.Loss;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxCrossEntropyTest {
  private static final int N = 5;
  private static final int V = 7;
  private static final int[] TARGETS = {3, 0, 6, 3, 1};

  private final Engine engine = Engine.of(2);

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 30, 1000})
  void lossAndGradientAreThoseOfDoubleArithmetic(double spread) {
    var logits = logits(spread);
    var loss = new SoftmaxCrossEntropy(engine, N + 2, V);
    double sum = loss.sum(logits, TARGETS, N);

    double expected = reference(logits.array(), -1, 0);
    assertThat(sum).isCloseTo(expected, within(1e-6 * Math.max(1, expected)));
    for (int i = 0; i < N * V; i++) {
      double step = 1e-4;
      double difference = (reference(logits.array(), i, step) - reference(logits.array(), i, -step))
          / (2 * step) / N;
      assertThat((double) loss.gradient().array()[i]).as("spread %s, [%d]", spread, i)
          .isCloseTo(difference, within(2e-7));
    }
  }

  /// `w (−log p)` of a row has `w` times the gradient; the mean is over the rows, whatever they
  /// weigh.
  @Test
  void classesMayWeighMoreThanOthers() {
    double[] weights = {0.5, 1, 1, 2, 1, 1, 3};
    var logits = logits(2);
    var weighted = (SoftmaxCrossEntropy) LossRun.of(
        Loss.crossEntropy().smoothing(0.1).weights(weights), engine, N, V);
    var plain = (SoftmaxCrossEntropy) LossRun.of(
        Loss.crossEntropy().smoothing(0.1), engine, 1, V);
    double sum = weighted.sum(logits, TARGETS, N);
    double expected = 0;
    for (int row = 0; row < N; row++) {
      double weight = weights[TARGETS[row]];
      expected +=
          weight * plain.sum(new Rows(logits.array(), row * V, V), new int[] {TARGETS[row]}, 1);
      for (int j = 0; j < V; j++) {
        assertThat((double) weighted.gradient().array()[row * V + j])
            .isCloseTo(weight * plain.gradient().array()[j] / N, within(1e-7));
      }
    }
    assertThat(sum).isCloseTo(expected, within(1e-6 * expected));
  }

  @Test
  void weightsAreWrittenWithTheLossAndRefusedWhereTheyDoNotFit() {
    var loss = Loss.crossEntropy().smoothing(0.1).weights(0.5, 1.5);
    assertThat(loss).hasToString("cross-entropy(0.1, 0.5, 1.5)");
    assertThat(Loss.parse(loss.toString())).isEqualTo(loss);
    assertThat(loss.plain()).isEqualTo(Loss.crossEntropy());
    assertThatThrownBy(() -> LossRun.of(loss, engine, 1, 3))
        .hasMessage("there are weights for 2 classes, but 3 classes; give one for each");
    assertThatThrownBy(() -> Loss.crossEntropy().weights(1, 0))
        .hasMessage("the weights of the classes are [1.0, 0.0], expected numbers above 0");
  }

  @Test
  void hugeLogitsStayFinite() {
    var logits = new Rows(new float[] {3e38f, -3e38f, 0, 0}, 0, 2);
    var loss = new SoftmaxCrossEntropy(engine, 2, 2);
    assertThat(loss.sum(logits, new int[] {0, 1}, 2)).isCloseTo(Math.log(2), within(1e-6));
    assertThat(loss.gradient().array()).containsExactly(0, 0, 0.25f, -0.25f);
  }

  @Test
  void theSameOnAnyNumberOfThreads() {
    var logits = logits(10);
    var loss = new SoftmaxCrossEntropy(engine, N, V);
    double sum = loss.sum(logits, TARGETS, N);
    try (var one = Engine.of(1)) {
      var other = new SoftmaxCrossEntropy(one, N, V);
      assertThat(other.sum(logits, TARGETS, N)).isEqualTo(sum);
      assertThat(other.gradient().array()).containsExactly(loss.gradient().array());
    }
  }

  /// `Σ (log Σ exp z − z[target])` with `step` added to one logit.
  private static double reference(float[] logits, int changed, double step) {
    double sum = 0;
    for (int row = 0; row < N; row++) {
      double max = Double.NEGATIVE_INFINITY;
      var z = new double[V];
      for (int j = 0; j < V; j++) {
        int i = row * V + j;
        z[j] = logits[i] + (i == changed ? step : 0);
        max = Math.max(max, z[j]);
      }
      double total = 0;
      for (double v : z) {
        total += Math.exp(v - max);
      }
      sum += Math.log(total) + max - z[TARGETS[row]];
    }
    return sum;
  }

  private static Rows logits(double spread) {
    var random = CounterRandom.of(9);
    var logits = Rows.allocate(N, V);
    for (int i = 0; i < N * V; i++) {
      logits.array()[i] = (float) (spread * (2 * random.uniform(0, i) - 1));
    }
    return logits;
  }
}
