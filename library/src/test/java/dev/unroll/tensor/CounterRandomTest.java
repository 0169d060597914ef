package dev.unroll.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterRandomTest {
  private static final CounterRandom RANDOM = CounterRandom.of(20_240_229);

  // The known answers for philox4x32 with 10 rounds in the file kat_vectors of Random123, the
  // library of the paper's authors: counter, key, result, as 4, 2 and 4 words, lowest first.
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, "
        + "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, "
        + "408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, "
        + "d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void philoxGivesThePublishedAnswers(String counter, String key, String answer) {
    long[] c = pairs(counter);
    long[] expected = pairs(answer);
    long k = pairs(key)[0];
    assertThat(CounterRandom.philox(c[0], c[1], k, false)).isEqualTo(expected[0]);
    assertThat(CounterRandom.philox(c[0], c[1], k, true)).isEqualTo(expected[1]);
  }

  private static long[] pairs(String words) {
    String[] parts = words.trim().split(" ", -1);
    return IntStream.range(0, parts.length / 2)
        .mapToLong(
            i -> Long.parseLong(parts[2 * i], 16) | Long.parseLong(parts[2 * i + 1], 16) << 32)
        .toArray();
  }

  @Test
  void uniformsFromThePublishedAnswer() {
    // Key 0, step 0, elements 0 to 3 are the words of the first known answer; 24 bits of each.
    var zero = CounterRandom.of(0);
    int[] words = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    for (int i = 0; i < 4; i++) {
      assertThat(zero.uniform(0, i)).isEqualTo((words[i] >>> 8) / 16_777_216f);
    }
  }

  @Test
  void manyUniformsAreTheSameAsOneByOne() {
    for (int n = 0; n <= 13; n++) {
      float[] into = new float[20];
      RANDOM.uniforms(7, into, 3, n);
      for (int i = 0; i < into.length; i++) {
        boolean inside = i >= 3 && i < 3 + n;
        assertThat(into[i])
            .as("n %d, index %d", n, i)
            .isEqualTo(inside ? RANDOM.uniform(7, i - 3) : 0);
      }
    }
  }

  @Test
  void uniformsMustFit() {
    assertThatThrownBy(() -> RANDOM.uniforms(0, new float[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void uniformHasTheMomentsAndTheBinsOfTheUniformDistribution() {
    int n = 1 << 16;
    float[] u = new float[n];
    RANDOM.uniforms(1, u, 0, n);
    int[] bins = new int[16];
    double sum = 0;
    double squares = 0;
    for (float value : u) {
      assertThat(value).isBetween(0f, Math.nextDown(1f));
      bins[(int) (value * 16)]++;
      sum += value;
      squares += value * value;
    }
    // Five standard deviations: of the mean √(1/12n), of a bin √(n/16 · 15/16).
    assertThat(sum / n).isCloseTo(0.5, within(5 * Math.sqrt(1 / 12.0 / n)));
    assertThat(squares / n).isCloseTo(1 / 3.0, within(5 * Math.sqrt(4 / 45.0 / n)));
    for (int bin : bins) {
      assertThat(bin).isCloseTo(n / 16, within(310));
    }
  }

  @Test
  void normalHasTheMomentsOfTheNormalDistribution() {
    int n = 1 << 16;
    double[] moments = new double[5];
    for (int i = 0; i < n; i++) {
      double x = RANDOM.normal(3, i);
      double power = 1;
      for (int k = 0; k < moments.length; k++) {
        moments[k] += power / n;
        power *= x;
      }
    }
    // Five standard deviations of the mean of x^k: √((E x^2k − (E x^k)²) / n).
    assertThat(moments[1]).isCloseTo(0, within(5 * Math.sqrt(1.0 / n)));
    assertThat(moments[2]).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    assertThat(moments[3]).isCloseTo(0, within(5 * Math.sqrt(15.0 / n)));
    assertThat(moments[4]).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
  }

  @Test
  void streamsStepsElementsAndKindsOfDrawsAllDiffer() {
    var seen = new HashSet<Long>();
    int drawn = 0;
    CounterRandom[] streams = {
      RANDOM,
      CounterRandom.of(20_240_230),
      RANDOM.stream(0),
      RANDOM.stream(0, 0),
      RANDOM.stream(1),
      RANDOM.stream(-1),
      RANDOM.stream(0, 1),
      RANDOM.stream(1, 0),
      RANDOM.stream(""),
      RANDOM.stream("\0"),
      RANDOM.stream("a"),
      RANDOM.stream("ab"),
      RANDOM.stream("a").stream("b"),
      RANDOM.stream("ba")
    };
    for (var stream : streams) {
      for (long step : new long[] {0, 1, 2, 1L << 32, -1}) {
        for (long element : new long[] {0, 1, 2, 3, 4, 1L << 32, (1L << 62) - 1}) {
          seen.add(stream.bits(step, element));
          seen.add(Double.doubleToLongBits(stream.normal(step, element)));
          drawn += 2;
        }
      }
    }
    assertThat(seen).hasSize(drawn);
  }

  @Test
  void streamsAreUncorrelated() {
    int n = 1 << 14;
    float[] a = new float[n];
    float[] b = new float[n];
    RANDOM.stream("dropout").stream(0).uniforms(0, a, 0, n);
    RANDOM.stream("dropout").stream(1).uniforms(0, b, 0, n);
    double covariance = 0;
    for (int i = 0; i < n; i++) {
      covariance += (a[i] - 0.5) * (b[i] - 0.5) / n;
    }
    assertThat(covariance).isCloseTo(0, within(5 / 12.0 / Math.sqrt(n)));
  }

  @Test
  void aPathIsItsParts() {
    assertThat(RANDOM.stream(3, 4)).isEqualTo(RANDOM.stream(3).stream(4));
    assertThat(RANDOM.stream("h").bits(1, 2)).isEqualTo(RANDOM.stream("h").bits(1, 2));
  }

  /// Numbers that a stored run depends on: they may not change with a new version.
  @Test
  void theNumbersOfAReleaseStay() {
    // From a second implementation, of the paper's formulas, in Python with its exact integers.
    var stream = CounterRandom.of(42).stream("dropout").stream(1, 2);
    assertThat(stream).hasToString("CounterRandom(key f5d83277ee2709e0)");
    assertThat(stream.bits(3, 4)).isEqualTo(0x38d98c2b06a52b1eL);
    assertThat(stream.uniform(3, 4)).isEqualTo(16_337_259 / 16_777_216f);
    assertThat(stream.uniform(3, 7)).isEqualTo(11_663_329 / 16_777_216f);
    // One unit in the last place may lie between StrictMath and the C library behind Python.
    assertThat(stream.normal(3, 4)).isCloseTo(-0.518361069345993, within(1e-15));
  }

  @Test
  void elementsThatReachIntoTheKindOfDrawAreRefused() {
    for (long element : new long[] {-1, 1L << 62}) {
      assertThatThrownBy(() -> RANDOM.bits(0, element))
          .hasMessage("CounterRandom: element is " + element + ", expected 0 to 2^62 - 1.");
      assertThatThrownBy(() -> RANDOM.uniform(0, element)).hasMessageContaining("element");
      assertThatThrownBy(() -> RANDOM.normal(0, element)).hasMessageContaining("element");
    }
  }
}
