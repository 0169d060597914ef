package dev.unroll.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.step.OptimizerRun;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every optimiser against its formula in `double`, element by element.
class OptimizerTest {
  private static final long SEED = 31;
  private static final int STEPS = 9;
  private static final int ROWS = 37;
  private static final int COLUMNS = 41;
  private static final double RATE = 0.05;
  private static final double SCALE = 0.7;

  /// A formula: the value after a step.
  private interface Formula {
    double next(double w, double g, double[] state, int step);
  }

  private static Formula formula(String rule) {
    return switch (rule) {
      case "sgd" -> (w, g, _, _) -> w - RATE * g;
      case "momentum(0.8)" -> (w, g, s, _) -> {
        s[0] = 0.8 * s[0] + g;
        return w - RATE * s[0];
      };
      case "nesterov(0.8)" -> (w, g, s, _) -> {
        s[0] = 0.8 * s[0] + g;
        return w - RATE * (g + 0.8 * s[0]);
      };
      case "rmsprop(0.9, 0.001)" -> (w, g, s, _) -> {
        s[0] = 0.9 * s[0] + 0.1 * g * g;
        return w - RATE * g / (Math.sqrt(s[0]) + 0.001);
      };
      case "adagrad(0.001)" -> (w, g, s, _) -> {
        s[0] += g * g;
        return w - RATE * g / (Math.sqrt(s[0]) + 0.001);
      };
      case "adam(0.8, 0.95, 0.001)" -> (w, g, s, t) -> {
        s[0] = 0.8 * s[0] + 0.2 * g;
        s[1] = 0.95 * s[1] + 0.05 * g * g;
        double m = s[0] / (1 - Math.pow(0.8, t));
        double v = s[1] / (1 - Math.pow(0.95, t));
        return w - RATE * m / (Math.sqrt(v) + 0.001);
      };
      default -> throw new IllegalArgumentException(rule);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum(0.8)", "nesterov(0.8)", "rmsprop(0.9, 0.001)",
    "adagrad(0.001)", "adam(0.8, 0.95, 0.001)"})
  void theFormulaHoldsWithEveryDecay(String rule) {
    for (var decay : List.of("", " decay(0.3)", " l2(0.3)", " l2-all(0.3)", " decay-all(0.3)")) {
      var actual = trained(Optimizer.parse(rule + decay), Providers.best(), 2).values();
      boolean all = decay.contains("all");
      var random = CounterRandom.of(SEED);
      for (int i = 0; i < actual.length; i++) {
        double lambda = decay.isEmpty() || (i >= ROWS * COLUMNS && !all) ? 0 : 0.3;
        double w = (float) random.normal(0, i);
        var state = new double[2];
        for (int step = 1; step <= STEPS; step++) {
          double g = SCALE * (float) random.normal(step, i);
          if (decay.contains("l2")) {
            g += lambda * w;
          } else {
            w -= RATE * lambda * w;
          }
          w = formula(rule).next(w, g, state, step);
        }
        // Nine steps in float, each within a few units in the last place of numbers around 1.
        assertThat((double) actual[i]).as("%s%s, element %d, seed %d", rule, decay, i, SEED)
            .isCloseTo(w, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd l2(0.1)", "momentum", "nesterov decay(0.1)", "rmsprop", "adagrad",
    "adam(0.7, 0.9, 0.01)", "adamw", "sgd average(1)"})
  void theBitsDoNotDependOnKernelsOrThreads(String optimizer) {
    var expected = trained(Optimizer.parse(optimizer), Providers.scalar(), 1).values();
    for (int threads = 1; threads <= 3; threads++) {
      assertThat(trained(Optimizer.parse(optimizer), Providers.best(), threads).values())
          .as("%s, %d threads, seed %d", optimizer, threads, SEED).containsExactly(expected);
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    for (var text : List.of("sgd", "momentum(0.8)", "nesterov(0.95) l2(1.0E-4)", "adagrad(0.01)",
        "rmsprop(0.9, 0.001)", "adam", "adam(0.8, 0.95, 0.001)", "adam decay(0.01)",
        "sgd l2-all(1.2E-6) average(5)", "adam decay-all(0.1)")) {
      assertThat(Optimizer.parse(text)).hasToString(text);
    }
    assertThat(Optimizer.parse("adamw(0.02)")).isEqualTo(Optimizer.adamW(0.02));
    assertThat(Optimizer.parse("asgd")).isEqualTo(Optimizer.averagedSgd(5));
    assertThatThrownBy(() -> Optimizer.parse("adm")).hasMessageStartingWith(
        "'adm' is no optimiser; expected sgd, momentum,");
    assertThatThrownBy(() -> Optimizer.parse("adam(0.9")).hasMessageContaining(
        "the optimiser 'adam(0.9' cannot be read from character 5 on");
    assertThatThrownBy(() -> Optimizer.parse("momentum(1)")).hasMessage(
        "the momentum μ is 1.0, expected a number from 0 up to but not 1");
    assertThatThrownBy(() -> Optimizer.parse("sgd average(1.5)")).hasMessage(
        "'average(1.5)' has the number 1.5, expected a whole one");
  }

  /// Merity, Keskar and Socher 2017, algorithm 1, as they write it.
  @Test
  void averagesBeginWhenTheLossNoLongerFalls() {
    int n = 2;
    double[] losses = {5, 4, 3, 3.5, 3.6, 2.9, 3.2, 3.1, 2.8, 3};
    int expected = -1;
    var logs = new ArrayList<Double>();
    for (int t = 0; t < losses.length && expected < 0; t++) {
      double v = losses[t];
      double least = Double.POSITIVE_INFINITY;
      for (int l = 0; l <= t - n - 1; l++) {
        least = Math.min(least, logs.get(l));
      }
      if (t > n && v > least) {
        expected = t;
      }
      logs.add(v);
    }
    assertThat(expected).isEqualTo(6);
    var weights = weights();
    try (var engine = Engine.of(1)) {
      var run = new OptimizerRun(Optimizer.averagedSgd(n), engine, weights);
      var seen = new ArrayList<Double>();
      for (int t = 0; t < losses.length; t++) {
        assertThat(run.averaging()).as("before validation %d", t).isEqualTo(t > expected);
        seen.add(losses[t]);
        run.validated(seen);
      }
    }
  }

  @Test
  void theAverageIsOfAllStepsSinceItBegan() {
    var weights = weights();
    try (var engine = Engine.of(2)) {
      var run = new OptimizerRun(Optimizer.averagedSgd(1), engine, weights);
      weights.gradients()[3] = 1;
      run.step(1, 0.5);
      run.exchange();
      assertThat(weights.values()[3]).as("no averages yet").isEqualTo(-0.5f);
      run.validated(List.of(1.0, 2.0, 3.0));
      double sum = 0;
      for (int i = 1; i <= 4; i++) {
        weights.gradients()[3] = i;
        run.step(1, 0.5);
        sum += weights.values()[3];
      }
      float last = weights.values()[3];
      run.exchange();
      assertThat((double) weights.values()[3]).isCloseTo(sum / 4, within(1e-6));
      run.exchange();
      assertThat(weights.values()[3]).isEqualTo(last);
    }
  }

  @Test
  void whatVanishesDoesNotBecomeSubnormal() {
    for (var rule : List.of("momentum(0.5)", "nesterov(0.5)", "rmsprop(0.5, 1e-8)")) {
      var weights = weights();
      try (var engine = Engine.of(1)) {
        var run = new OptimizerRun(Optimizer.parse(rule), engine, weights);
        weights.gradients()[0] = 1;
        run.step(1, 0.1);
        weights.gradients()[0] = 0;
        var array = run.arrays().firstEntry().getValue();
        for (int step = 0; step < 300; step++) {
          run.step(1, 0.1);
          float a = Math.abs(array[0]);
          assertThat(a == 0 || a >= Float.MIN_NORMAL).as("%s, step %d: %s", rule, step, a).isTrue();
        }
      }
    }
  }

  private static Parameters weights() {
    var weights = new Parameters();
    weights.add("W", ROWS, COLUMNS);
    weights.add("b", ROWS, 1);
    weights.freeze();
    return weights;
  }

  private static Parameters trained(Optimizer optimizer, Kernels kernels, int threads) {
    try (var engine = new Engine(kernels, Threads.of(threads))) {
      var weights = weights();
      var random = CounterRandom.of(SEED);
      for (int i = 0; i < weights.size(); i++) {
        weights.values()[i] = (float) random.normal(0, i);
      }
      var run = new OptimizerRun(optimizer, engine, weights);
      run.validated(List.of(1.0, 2.0, 3.0));
      for (int step = 1; step <= STEPS; step++) {
        for (int i = 0; i < weights.size(); i++) {
          weights.gradients()[i] = (float) random.normal(step, i);
        }
        run.step((float) SCALE, RATE);
      }
      run.exchange();
      return weights;
    }
  }
}
