package dev.unroll.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TileTrialTest {
  @Test
  void theVariantInUseStaysUnlessAnotherIsClearlyFaster() {
    assertThat(TileTrial.best(times(100, 99, 98, 100), 0)).isZero();
    assertThat(TileTrial.best(times(100, 99, 98, 100), 3)).isEqualTo(3);
    assertThat(TileTrial.best(times(100, 80, 75, 90), 0)).isEqualTo(2);
    assertThat(TileTrial.best(times(70, 80, 75, 90), 1)).isZero();
  }

  @Test
  void interruptionsDoNotCount() {
    var times = times(100, 90, 100, 100);
    Arrays.fill(times[1], 0, 20, 900);
    assertThat(TileTrial.best(times, 0)).isEqualTo(1);
  }

  private static double[][] times(double... each) {
    return Arrays.stream(each).mapToObj(time -> {
      double[] rounds = new double[32];
      Arrays.fill(rounds, time);
      return rounds;
    }).toArray(double[][]::new);
  }
}
