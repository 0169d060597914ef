package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.inspect.LagProfile.Verdict;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LagProfileTest {
  private static LagProfile profile(int lags, IntToDoubleFunction norm) {
    var norms = new double[lags];
    Arrays.setAll(norms, norm);
    var counts = new int[lags];
    Arrays.fill(counts, 1);
    return new LagProfile("layer0", false, "h", norms, counts);
  }

  /// 1.2 a step "kept its size" over 10 steps and doubled every 3.8 steps over 40; 0.8 likewise.
  @ParameterizedTest
  @CsvSource({"3", "4", "5", "10", "11", "12", "40", "200"})
  void theSameRateHasTheSameVerdictOverAnyLags(int lags) {
    var grows = profile(lags, k -> Math.pow(1.2, k));
    assertThat(grows.verdict()).isEqualTo(Verdict.EXPLODES);
    assertThat(grows.doublingTime()).isCloseTo(Math.log(2) / Math.log(1.2), within(1e-9));
    assertThat(profile(lags, k -> Math.pow(0.8, k)).verdict()).isEqualTo(Verdict.VANISHES);
    assertThat(profile(lags, k -> 7).verdict()).isEqualTo(Verdict.STEADY);
    // What rounding does to an orthogonal U.
    assertThat(profile(lags, k -> Math.pow(1 + 1e-7, k)).verdict()).isEqualTo(Verdict.STEADY);
  }

  /// 12 % were left at the end of a fall that the old bound of a tenth over all lags did not see.
  @Test
  void aFallToATenthOverManyLagsIsAFall() {
    var slow = profile(200, k -> Math.pow(0.12, k / 199.0));
    assertThat(slow.verdict()).isEqualTo(Verdict.VANISHES);
    assertThat(slow.halfLife()).isCloseTo(65.06, within(0.01)); // 199 · log 2 / −log 0.12
    assertThat(slow.share(199)).isCloseTo(0.12, within(1e-9));
  }

  /// With noise of a factor of e around 1 no rate can be told, however it ends.
  @Test
  void noiseIsNoRate() {
    var noise = new float[60];
    CounterRandom.of(5).uniforms(0, noise, 0, noise.length);
    var noisy = profile(60, k -> Math.exp(2 * noise[k] - 1));
    assertThat(Math.abs(Math.log(noisy.rate()))).isLessThan(2 * noisy.error());
    assertThat(noisy.verdict()).isEqualTo(Verdict.STEADY);
    var falls = profile(60, k -> Math.pow(0.9, k) * Math.exp(2 * noise[k] - 1));
    assertThat(falls.error()).isCloseTo(noisy.error(), within(1e-12));
    assertThat(falls.verdict()).isEqualTo(Verdict.VANISHES);
  }

  /// Of alternating ±1 about a line: residuals r, σ² = Σ r² / (n − 2), error = σ / √Σ (k − mean)².
  @Test
  void theErrorIsThatOfTheSlope() {
    var alternating = profile(101, k -> Math.exp(k % 2 == 0 ? 1 : -1));
    // Lags 1 … 100: n = 100, Σ (k − 50.5)² = 83,325; the slope is 50 / 83,325, the residuals all
    // but ±1.
    double slope = 50 / 83_325.0;
    assertThat(Math.log(alternating.rate())).isCloseTo(slope, within(1e-12));
    double squares = 100 - slope * 50;
    assertThat(alternating.error())
        .isCloseTo(Math.sqrt(squares / 98 / 83_325), within(1e-12));
    assertThat(profile(3, k -> 1 + k).error()).isZero();
  }

  /// A bend lies beside the line for long: its error is larger than that of the same residuals in
  /// disorder.
  @Test
  void aBendIsLessSureThanNoise() {
    var bend = profile(101, k -> Math.exp(k < 50 ? 0 : 1));
    var order = profile(101, k -> Math.exp(k % 2 == 0 ? 0 : 1));
    assertThat(bend.error()).isGreaterThan(2 * order.error());
  }

  /// Nothing of the answer's own step is seen by a slow memory that is read a step later.
  @Test
  void whatIsLeftIsAShareOfTheFirstThatIsThere() {
    assertThat(profile(4, k -> k == 0 ? 0 : Math.pow(0.5, k)).share(3)).isEqualTo(0.25);
    assertThat(profile(4, k -> 0).share(3)).isZero();
    var late = profile(9, k -> k < 3 ? 0 : Math.pow(0.5, k));
    assertThat(late.rate()).isCloseTo(0.5, within(1e-12));
    assertThat(late.verdict()).isEqualTo(Verdict.VANISHES);
  }

  /// Two positions of a thousand that end otherwise decided as much as all others.
  @Test
  void lagsOfFewPositionsWeighLittle() {
    var norms = new double[12];
    Arrays.setAll(norms, k -> k < 9 ? Math.pow(0.98, k) : Math.pow(0.98, 8) * Math.pow(0.3, k - 8));
    int[] counts = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 2, 2, 2};
    var profile = new LagProfile("layer0", false, "h", norms, counts);
    assertThat(profile.rate()).isBetween(0.96, 0.98);
    // Weights that are all the same change nothing.
    var one = new LagProfile("layer0", false, "h", norms, all(12, 1));
    var seven = new LagProfile("layer0", false, "h", norms, all(12, 7));
    assertThat(seven.rate()).isCloseTo(one.rate(), within(1e-12));
    assertThat(seven.error()).isCloseTo(one.error(), within(1e-12));
  }

  private static int[] all(int lags, int count) {
    var counts = new int[lags];
    Arrays.fill(counts, count);
    return counts;
  }

  /// NaN was taken for infinity: a broken model was said to explode.
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "40"})
  void whatIsNoNumberIsNoExplosion(int lags) {
    var broken = profile(lags, k -> Double.NaN);
    assertThat(broken.verdict()).isEqualTo(Verdict.NOT_FINITE);
    assertThat(broken.rate()).isNaN();
    assertThat(broken.doublingTime()).isInfinite();
    assertThat(profile(lags, k -> Double.POSITIVE_INFINITY).verdict()).isEqualTo(Verdict.EXPLODES);
    assertThat(profile(9, k -> k < 5 ? Math.pow(0.5, k) : Double.NaN).verdict())
        .isEqualTo(Verdict.NOT_FINITE);
    // Of what overflows, differences are no numbers.
    assertThat(profile(9, k -> k < 5 ? Math.pow(9, k) : Double.NaN).verdict())
        .isEqualTo(Verdict.EXPLODES);
    assertThat(profile(9, k -> k < 5 ? Math.pow(9, k)
        : k < 7 ? Double.POSITIVE_INFINITY : Double.NaN).verdict()).isEqualTo(Verdict.EXPLODES);
  }
}
