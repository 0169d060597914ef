package dev.unroll.layer.attention;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.layer.Attention;
import dev.unroll.layer.pooling.PoolingRun;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Attention and poolings against their formulas in `double`. Their gradients are checked with
/// whole models.
class AttentionTest {
  private static final int S = 5;
  private static final int T = 3;
  private static final int B = 2;
  private static final int M = 4;
  private static final int A = 6;

  private final Parameters parameters = new Parameters();

  @ParameterizedTest
  @EnumSource(names = {"ADDITIVE", "DOT", "GENERAL"})
  void contextsAreWeightedMeans(Attention rule) {
    int q = rule == Attention.DOT ? M : 3;
    var attention = new AttentionLayer("a", rule, q, M, A, parameters, CounterRandom.of(4));
    parameters.freeze();
    attention.initialize();
    var memory = rows("memory", S * B, M);
    var queries = rows("queries", T * B, q);
    var present = present();
    try (var engine = Engine.of(2)) {
      var run = attention.run(engine, S + 1, Bounds.of(T, B, false), 1);
      run.load();
      run.read(memory, Span.of(S).present(present));
      var contexts = run.attend(queries, Span.of(T)).array().clone();
      for (int row = 0; row < T * B; row++) {
        var expected = context(rule, row, q, memory, queries, present);
        for (int i = 0; i < M; i++) {
          assertThat((double) contexts[row * M + i]).isCloseTo(expected[i], within(1e-6));
        }
        for (int j = 0; j < S; j++) {
          if (present.array()[j * B + row % B] == 0) {
            assertThat(run.weights().array()[row * (S + 1) + j]).isZero();
          }
        }
      }
      for (int t = 0; t < T; t++) {
        var stepwise = run.attendStep(queries, t, Span.of(T));
        assertThat(Arrays.copyOfRange(stepwise.array(), t * B * M, (t + 1) * B * M))
            .isEqualTo(Arrays.copyOfRange(contexts, t * B * M, (t + 1) * B * M));
      }
    }
  }

  private double[] context(Attention rule, int row, int q, Rows memory, Rows queries,
      Rows present) {
    var context = new double[M];
    double total = 0;
    for (int j = 0; j < S; j++) {
      int at = (j * B + row % B) * M;
      double e = 0;
      switch (rule) {
        case DOT -> {
          for (int i = 0; i < M; i++) {
            e += value(queries, row * q + i) * value(memory, at + i);
          }
        }
        case GENERAL -> {
          for (int i = 0; i < q; i++) {
            e += value(queries, row * q + i) * product("a.keys.U", i, memory, at, M);
          }
        }
        default -> {
          for (int i = 0; i < A; i++) {
            e += parameter("a.v", i) * Math.tanh(product("a.queries.W", i, queries, row * q, q)
                + product("a.keys.U", i, memory, at, M) + parameter("a.keys.b", i));
          }
        }
      }
      double weight = present.array()[j * B + row % B] * Math.exp(e);
      total += weight;
      for (int i = 0; i < M; i++) {
        context[i] += weight * value(memory, at + i);
      }
    }
    double all = total;
    return Arrays.stream(context).map(c -> c / all).toArray();
  }

  private double product(String matrix, int i, Rows of, int at, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += parameter(matrix, i * n + k) * value(of, at + k);
    }
    return sum;
  }

  private double parameter(String name, int i) {
    var block = requireNonNull(parameters.byName().get(name));
    return parameters.values()[block.offset() + i];
  }

  private static double value(Rows rows, int i) {
    return rows.array()[rows.offset() + i];
  }

  private static Rows rows(String stream, int rows, int columns) {
    var random = CounterRandom.of(7).stream(stream);
    var made = new Rows(new float[3 + rows * columns], 3, columns);
    for (int i = 0; i < rows * columns; i++) {
      made.array()[3 + i] = 2 * random.uniform(0, i) - 1;
    }
    return made;
  }

  /// Sample 0 ends after three steps, sample 1 has a gap.
  private static Rows present() {
    return new Rows(new float[] {1, 1, 1, 0, 1, 1, 0, 1, 0, 1}, 0, 1);
  }

  @Test
  void poolingsLeavePaddingOut() {
    var y = rows("memory", S * B, M);
    var span = Span.of(S).present(present());
    try (var engine = Engine.of(2)) {
      var bounds = Bounds.of(S, B, true);
      var mean = PoolingRun.mean(engine, M, bounds).forward(y, span);
      var max = PoolingRun.max(engine, M, bounds).forward(y, span);
      for (int b = 0; b < B; b++) {
        for (int i = 0; i < M; i++) {
          double sum = 0;
          double largest = -9;
          int n = 0;
          for (int t = 0; t < S; t++) {
            if (present().array()[t * B + b] != 0) {
              n++;
              sum += value(y, (t * B + b) * M + i);
              largest = Math.max(largest, value(y, (t * B + b) * M + i));
            }
          }
          assertThat((double) mean.array()[b * M + i]).isCloseTo(sum / n, within(1e-6));
          assertThat((double) max.array()[b * M + i]).isEqualTo(largest);
        }
      }
    }
  }

  @Test
  void dotNeedsOneSize() {
    assertThatThrownBy(() -> new AttentionLayer("a", Attention.DOT, 3, M, A, parameters,
        CounterRandom.of(1))).hasMessageContaining("queries and memory of one size");
  }
}
