package dev.unroll.train.optimizer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.step.OptimizerRun;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamTest {
  private static final long SEED = 12;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 31, 1023, 3001})
  void theBitsDoNotDependOnKernelsOrThreads(int n) {
    var expected = trained(n, Providers.scalar(), 1);
    for (int threads = 1; threads <= 3; threads++) {
      assertThat(trained(n, Providers.best(), threads))
          .as("%d elements, %d threads, seed %d", n, threads, SEED).containsExactly(expected);
    }
  }

  @Test
  void whatIsTinyBecomesZero() {
    for (var kernels : new Kernels[] {Providers.scalar(), Providers.best()}) {
      try (var engine = new Engine(kernels, Threads.of(1))) {
        // As many elements as the widest vector has, and some more.
        var weights = weights(37);
        var gradients = weights.gradients();
        Arrays.fill(gradients, 0x1p-56f);
        gradients[1] = Math.nextDown(0x1p-56f);
        gradients[36] = -0x1p-57f;
        var adam = new OptimizerRun(Optimizer.adam(), engine, weights);
        var m = array(adam, "adam.m");
        var v = array(adam, "adam.v");
        adam.step(1, 0.001);
        assertThat(m[0]).isEqualTo((1 - 0.9f) * 0x1p-56f);
        assertThat(v[0]).isEqualTo((1 - 0.999f) * 0x1p-112f);
        for (int tiny : new int[] {1, 36}) {
          assertThat(m[tiny]).isZero();
          assertThat(v[tiny]).isZero();
          assertThat(weights.values()[tiny]).isZero();
        }
        // Without gradients the moments fade, and end at zero before they are subnormal.
        Arrays.fill(gradients, 0f);
        float smallestMean = 1;
        float smallestSquare = 1;
        while (v[0] > 0) {
          smallestMean = m[0] > 0 ? m[0] : smallestMean;
          smallestSquare = v[0];
          adam.step(1, 0.001);
        }
        assertThat(m[0]).isZero();
        assertThat(smallestMean).isBetween(0x1p-100f, 0x1.3p-100f);
        assertThat(smallestSquare).isBetween(0x1p-126f, 0x1.01p-126f);
      }
    }
  }

  private static Parameters weights(int n) {
    var weights = new Parameters();
    weights.add("w", n, 1);
    weights.freeze();
    return weights;
  }

  private static float[] array(OptimizerRun run, String name) {
    return requireNonNull(run.arrays().get(name));
  }

  /// Values after some steps with gradients of all magnitudes, also subnormal ones.
  private static float[] trained(int n, Kernels kernels, int threads) {
    try (var engine = new Engine(kernels, Threads.of(threads))) {
      var weights = weights(n);
      var adam = new OptimizerRun(Optimizer.adam(), engine, weights);
      var values = new float[3 * n];
      var gradients = weights.gradients();
      var random = CounterRandom.of(SEED);
      for (int step = 0; step < 8; step++) {
        for (int i = 0; i < n; i++) {
          gradients[i] = (float) (random.normal(step, i)
              * Math.scalb(1.0, (int) (random.uniform(step, n + i) * -150)));
        }
        adam.step(0.7f, 0.01);
      }
      System.arraycopy(weights.values(), 0, values, 0, n);
      System.arraycopy(array(adam, "adam.m"), 0, values, n, n);
      System.arraycopy(array(adam, "adam.v"), 0, values, 2 * n, n);
      return values;
    }
  }
}
