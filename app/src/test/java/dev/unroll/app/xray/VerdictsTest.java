package dev.unroll.app.xray;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.inspect.LagProfile;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class VerdictsTest {
  private static String found(IntToDoubleFunction norm) {
    double[] norms = new double[61];
    Arrays.setAll(norms, norm);
    int[] counts = new int[norms.length];
    Arrays.fill(counts, 1);
    return Verdicts.found(new LagProfile("layer0", false, "h", norms, counts));
  }

  @Test
  void aStraightProfileHasNoBend() {
    assertThat(found(k -> Math.pow(0.5, k / 4.0))).startsWith(
        "the gradient halves every 4.0 steps; from more than 39 steps back less than a thousandth");
  }

  @Test
  void aBendInTheProfileIsSaid() {
    assertThat(found(k -> (k == 0 ? 10 : 1) * Math.pow(0.5, k / 4.0))).startsWith(
        "the gradient halves every 4.0 steps on the whole, and faster at first; from more than 26");
    assertThat(found(k -> k < 50 ? Math.pow(0.99, k) : Math.pow(0.1, k - 48))).contains(
        "on the whole, and slower at first; from more than 51 steps");
  }
}
