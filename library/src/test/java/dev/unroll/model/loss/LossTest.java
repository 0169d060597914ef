package dev.unroll.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.model.loss.Loss.BinaryCrossEntropy;
import dev.unroll.model.loss.run.LossRun;
import dev.unroll.model.loss.run.Targets;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every loss against its formula in `double`, and its gradient against differences of the formula.
class LossTest {
  private static final int ROWS = 7;
  private static final int TARGETS = 3;
  private static final long SEED = 11;

  /// The loss of a row by its formula.
  interface Formula {
    double of(double[] y, double[] t);
  }

  record Case(Loss loss, Formula formula, int perRow) {
    @Override
    public String toString() {
      return loss.toString();
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(Loss.crossEntropy(), (y, t) -> crossEntropy(y, (int) t[0], 0), 1),
        new Case(Loss.crossEntropy().smoothing(0.1),
            (y, t) -> crossEntropy(y, (int) t[0], 0.1), 1),
        new Case(Loss.binaryCrossEntropy(), LossTest::bits, 1),
        new Case(Loss.squared(), (y, t) -> sum(y, t, e -> e * e), TARGETS),
        new Case(Loss.absolute(), (y, t) -> sum(y, t, Math::abs), TARGETS),
        new Case(Loss.huber(0.7), (y, t) -> sum(y, t,
            e -> Math.abs(e) <= 0.7 ? e * e / 2 : 0.7 * (Math.abs(e) - 0.35)), TARGETS),
        new Case(Loss.quantile(0.1, 0.5, 0.9), LossTest::quantiles, 3 * TARGETS),
        new Case(Loss.gaussian(), LossTest::gaussian, TARGETS));
  }

  /// The loss fell without end, −76.8 and on.
  @Test
  void binaryCrossEntropyRefusesTargetsOutsideZeroToOne() {
    try (var engine = Engine.of(1)) {
      var run = LossRun.of(Loss.binaryCrossEntropy(), engine, 2, 3);
      var y = Rows.allocate(2, 3);
      for (float wrong : new float[] {-0.001f, 1.001f, 2, Float.NaN, Float.POSITIVE_INFINITY}) {
        var t = new Rows(new float[] {0, 0.5f, 1, 0, wrong, 1}, 0, 3);
        assertThatThrownBy(() -> run.score(y, Targets.values(t, new boolean[] {true, true}, 2)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("target %s in row 1, column 1, expected 0 to 1 for binary cross-entropy",
                wrong);
        // What is not asked may be anything.
        assertThat(run.score(y, Targets.values(t, new boolean[] {true, false}, 2)).mean())
            .isCloseTo(3 * Math.log(2), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientAgreeWithTheFormula(Case of) {
    boolean classes = of.loss() instanceof Loss.CrossEntropy;
    int outputs = of.loss().outputs(TARGETS);
    var y = rows("outputs", outputs, 2);
    var targets = targets(of.loss());
    for (int threads = 1; threads <= 2; threads++) {
      var kernels = threads == 1 ? Providers.scalar() : Providers.best();
      try (var engine = new Engine(kernels, Threads.of(threads))) {
        var run = LossRun.of(of.loss(), engine, ROWS + 2, TARGETS);
        var score = run.score(y, targets);
        double expected = 0;
        int asked = 0;
        for (int row = 0; row < ROWS; row++) {
          if (isAsked(row)) {
            asked++;
            expected += of.formula().of(row(y, row), target(targets, row, classes));
          }
        }
        assertThat(score.loss()).as("seed %d", SEED).isCloseTo(expected, within(2e-6 * ROWS));
        assertThat(score.count()).isEqualTo((long) asked * of.perRow());
        for (int row = 0; row < ROWS; row++) {
          for (int j = 0; j < outputs; j++) {
            double slope = isAsked(row)
                ? slope(of.formula(), row(y, row), target(targets, row, classes), j)
                : 0;
            assertThat((double) run.gradient().array()[row * outputs + j])
                .as("gradient of row %d, output %d, seed %d", row, j, SEED)
                .isCloseTo(slope / score.count(), within(1e-6));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingAskedIsNoLossAndNoGradient(Case of) {
    int outputs = of.loss().outputs(TARGETS);
    var y = rows("outputs", outputs, 2);
    var targets = new Targets(
        ROWS, filled(-1), rows("targets", TARGETS, 2), new boolean[ROWS]);
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      var run = LossRun.of(of.loss(), engine, ROWS, TARGETS);
      run.score(y, targets(of.loss()));
      var score = run.score(y, targets);
      assertThat(score).isEqualTo(Score.NONE);
      assertThat(score.mean()).isZero();
      assertThat(run.gradient().array()).containsOnly(0f);
    }
  }

  /// Targets of a series with gaps: what is not known counts nowhere, and a NaN of the model stays
  /// one.
  @ParameterizedTest
  @MethodSource("regressions")
  void aTargetThatIsNotKnownIsNotAsked(Case of) {
    int outputs = of.loss().outputs(TARGETS);
    var y = rows("outputs", outputs, 2);
    var all = rows("targets", TARGETS, 2);
    int each = of.perRow() / TARGETS;
    var asked = new boolean[ROWS];
    Arrays.fill(asked, true);
    for (int row = 0; row < ROWS; row++) {
      all.array()[all.offset() + row * TARGETS + row % TARGETS] = Float.NaN;
    }
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      var run = LossRun.of(of.loss(), engine, ROWS, TARGETS);
      var score = run.score(y, Targets.values(all, asked, ROWS));
      assertThat(score.count()).isEqualTo((long) ROWS * (TARGETS - 1) * each);
      double expected = 0;
      for (int row = 0; row < ROWS; row++) {
        for (int j = 0; j < TARGETS; j++) {
          if (j != row % TARGETS) {
            expected += of.formula().of(outputsOf(y, row, j, of.loss()),
                new double[] {all.array()[all.offset() + row * TARGETS + j]});
          } else {
            for (int k : placesOf(j, of.loss())) {
              assertThat(run.gradient().array()[row * outputs + k]).isZero();
            }
          }
        }
      }
      assertThat(score.loss()).isCloseTo(expected, within(2e-6 * ROWS));
      Arrays.fill(y.array(), y.offset(), y.offset() + outputs, Float.NaN);
      assertThat(run.score(y, Targets.values(all, asked, ROWS)).loss()).isNaN();
    }
  }

  private static Stream<Case> regressions() {
    return cases().filter(c -> c.loss() instanceof Loss.Regression);
  }

  /// Where the outputs of target j stand in a row.
  private static int[] placesOf(int j, Loss loss) {
    return switch (loss) {
      case Loss.Regression.Quantile _ -> new int[] {3 * j, 3 * j + 1, 3 * j + 2};
      case Loss.Regression.Gaussian _ -> new int[] {j, TARGETS + j};
      default -> new int[] {j};
    };
  }

  private static double[] outputsOf(Rows y, int row, int j, Loss loss) {
    return Arrays.stream(placesOf(j, loss))
        .mapToDouble(k -> y.array()[y.offset() + row * y.columns() + k]).toArray();
  }

  @Test
  void rightIsTheFirstOfTheLargest() {
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      var run = LossRun.of(Loss.crossEntropy(), engine, 4, 3);
      var logits = new Rows(new float[] {1, 3, 2, 5, 5, 5, 5, 5, 5, 0, 0, 7}, 0, 3);
      assertThat(run.score(logits, Targets.classes(new int[] {1, 0, 1, -1}, 4)).right())
          .isEqualTo(2);
    }
  }

  @Test
  void bitsAreRightTogether() {
    try (var engine = new Engine(Providers.scalar(), Threads.of(1))) {
      var run = LossRun.of(Loss.binaryCrossEntropy(), engine, 2, 2);
      var logits = new Rows(new float[] {1, -1, 1, 1}, 0, 2);
      var bits = new Rows(new float[] {1, 0, 1, 0}, 0, 2);
      assertThat(run.score(logits, Targets.values(bits, new boolean[] {true, true}, 2)))
          .matches(score -> score.right() == 1 && score.accuracy() == 0.5);
    }
  }

  /// log(1 + exp(−z)) of large z, and softmax of large logits, overflow where they are written down
  /// as they stand.
  @Test
  void largeOutputsStayFinite() {
    try (var engine = new Engine(Providers.best(), Threads.of(1))) {
      var large = new Rows(new float[] {1e4f, -1e4f}, 0, 2);
      var bits = new Rows(new float[] {0, 0}, 0, 2);
      var targets = new Targets(1, new int[] {1}, bits, new boolean[] {true});
      for (var loss : List.of(Loss.binaryCrossEntropy(), Loss.crossEntropy())) {
        var run = LossRun.of(loss, engine, 1, 2);
        double expected = loss instanceof BinaryCrossEntropy ? 1e4 : 2e4;
        assertThat(run.score(large, targets).loss()).isEqualTo(expected);
        assertThat(run.gradient().array()[0]).isEqualTo(1f);
      }
    }
  }

  @Test
  void impossibleLossesAreRefused() {
    assertThatThrownBy(() -> Loss.crossEntropy().smoothing(1))
        .hasMessage("label smoothing is 1.0, expected a number from 0 up to but not 1");
    assertThatThrownBy(() -> Loss.huber(0)).hasMessageContaining("0.0, expected a number above 0");
    assertThatThrownBy(() -> Loss.quantile(0.5, 1)).hasMessageContaining("[0.5, 1.0]");
  }

  private static boolean isAsked(int row) {
    return row % 3 != 1;
  }

  private static Targets targets(Loss loss) {
    var random = CounterRandom.of(SEED).stream("classes");
    var classes = new int[ROWS];
    var asked = new boolean[ROWS];
    for (int row = 0; row < ROWS; row++) {
      asked[row] = isAsked(row);
      classes[row] = asked[row] ? (int) (TARGETS * random.uniform(0, row)) : -1;
    }
    var values = rows("targets", TARGETS, 2);
    if (loss instanceof BinaryCrossEntropy) {
      for (int i = 0; i < values.array().length; i++) {
        values.array()[i] = values.array()[i] > 0 ? 1 : 0;
      }
    }
    return new Targets(ROWS, classes, values, asked);
  }

  private static int[] filled(int value) {
    var filled = new int[ROWS];
    Arrays.fill(filled, value);
    return filled;
  }

  private static double[] target(Targets targets, int row, boolean classes) {
    return classes ? new double[] {targets.classes()[row]} : row(targets.values(), row);
  }

  private static double[] row(Rows rows, int row) {
    var values = new double[rows.columns()];
    for (int j = 0; j < values.length; j++) {
      values[j] = rows.array()[rows.offset() + row * rows.columns() + j];
    }
    return values;
  }

  private static Rows rows(String stream, int columns, double spread) {
    var random = CounterRandom.of(SEED).stream(stream);
    var rows = new Rows(new float[2 + ROWS * columns], 2, columns);
    for (int i = 0; i < ROWS * columns; i++) {
      rows.array()[2 + i] = (float) (spread * (2 * random.uniform(0, i) - 1));
    }
    return rows;
  }

  private static double slope(Formula formula, double[] y, double[] t, int j) {
    double step = 1e-5;
    var above = y.clone();
    var below = y.clone();
    above[j] += step;
    below[j] -= step;
    return (formula.of(above, t) - formula.of(below, t)) / (2 * step);
  }

  private static double crossEntropy(double[] z, int target, double smoothing) {
    double log = Math.log(Arrays.stream(z).map(Math::exp).sum());
    double all = Arrays.stream(z).map(v -> log - v).sum();
    return (1 - smoothing) * (log - z[target]) + smoothing / z.length * all;
  }

  private static double bits(double[] z, double[] t) {
    double sum = 0;
    for (int j = 0; j < z.length; j++) {
      double p = 1 / (1 + Math.exp(-z[j]));
      sum -= t[j] * Math.log(p) + (1 - t[j]) * Math.log(1 - p);
    }
    return sum;
  }

  private static double sum(double[] y, double[] t,
      DoubleUnaryOperator ofDifference) {
    double sum = 0;
    for (int j = 0; j < y.length; j++) {
      sum += ofDifference.applyAsDouble(y[j] - t[j]);
    }
    return sum;
  }

  private static double quantiles(double[] y, double[] t) {
    double[] q = {0.1, 0.5, 0.9};
    double sum = 0;
    for (int j = 0; j < y.length; j++) {
      double e = t[j / 3] - y[j];
      sum += Math.max(q[j % 3] * e, (q[j % 3] - 1) * e);
    }
    return sum;
  }

  private static double gaussian(double[] y, double[] t) {
    double sum = 0;
    for (int j = 0; j < t.length; j++) {
      double variance = Math.exp(y[t.length + j]);
      double e = y[j] - t[j];
      sum -= Math.log(Math.exp(-e * e / (2 * variance)) / Math.sqrt(2 * Math.PI * variance));
    }
    return sum;
  }
}
