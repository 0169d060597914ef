package dev.unroll.train.clipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.Engine;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.train.step.ClippingRun;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClippingTest {
  private static final long SEED = 5;

  @Test
  void byValue() {
    check(Clipping.value(0.5), g -> {
      for (int i = 0; i < g.length; i++) {
        g[i] = Math.clamp(g[i], -0.5, 0.5);
      }
    });
  }

  @Test
  void byTheNormOfEachParameter() {
    check(Clipping.parameter(3), g -> {
      scale(g, 0, 5000, 3);
      scale(g, 5000, 5007, 3);
    });
  }

  @Test
  void byTheGlobalNorm() {
    check(Clipping.norm(2), g -> scale(g, 0, g.length, 2));
  }

  @Test
  void oneAfterAnother() {
    check(new Clipping(0.5, 20, 10), g -> {
      for (int i = 0; i < g.length; i++) {
        g[i] = Math.clamp(g[i], -0.5, 0.5);
      }
      scale(g, 0, 5000, 20);
      scale(g, 5000, 5007, 20);
      scale(g, 0, g.length, 10);
    });
  }

  @Test
  void whatIsSmallStays() {
    check(new Clipping(100, 1000, 1000), _ -> {});
  }

  @Test
  void gradientsThatAreNotFiniteAreLeft() {
    try (var engine = Engine.of(1)) {
      var weights = weights();
      weights.gradients()[17] = Float.NaN;
      var clipped = new ClippingRun(Clipping.value(0.5), engine, weights).clip();
      assertThat(clipped.before()).isNaN();
      assertThat(weights.gradients()[17]).isNaN();
    }
  }

  @Test
  void limitsAreNotNegative() {
    assertThatThrownBy(() -> Clipping.value(-1)).hasMessage(
        "the clipping value is -1.0, expected a positive number, or 0 for none");
  }

  private interface Expectation {
    void clip(double[] gradients);
  }

  private static void scale(double[] g, int from, int to, double limit) {
    double norm = norm(Arrays.copyOfRange(g, from, to));
    for (int i = from; i < to && norm > limit; i++) {
      g[i] *= limit / norm;
    }
  }

  private static double norm(double[] g) {
    return Math.sqrt(Arrays.stream(g).map(x -> x * x).sum());
  }

  private static Parameters weights() {
    var weights = new Parameters();
    weights.add("W", 500, 10);
    weights.add("b", 7, 1);
    weights.freeze();
    var random = CounterRandom.of(SEED);
    for (int i = 0; i < weights.size(); i++) {
      weights.gradients()[i] = (float) random.normal(0, i);
    }
    return weights;
  }

  private static void check(Clipping clipping, Expectation expectation) {
    for (int threads = 1; threads <= 2; threads++) {
      try (var engine = Engine.of(threads)) {
        var weights = weights();
        var actual = weights.gradients();
        var before = new double[actual.length];
        Arrays.setAll(before, i -> actual[i]);
        var expected = before.clone();
        expectation.clip(expected);
        int changed = 0;
        for (int i = 0; i < expected.length; i++) {
          changed += expected[i] == before[i] ? 0 : 1;
        }
        var clipped = new ClippingRun(clipping, engine, weights).clip();
        assertThat(clipped.before()).isCloseTo(norm(before), within(1e-4));
        assertThat(clipped.after()).isCloseTo(norm(expected), within(1e-4));
        assertThat(clipped.share()).as("%s, seed %d", clipping, SEED)
            .isEqualTo((double) changed / expected.length);
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) actual[i] * clipped.scale()).as("%s, element %d", clipping, i)
              .isCloseTo(expected[i], within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, norm(1)", "0, none", "none, none", "value(0.5), value(0.5)", "parameter, parameter(1)",
    "norm(5) value(0.25), value(0.25) norm(5)",
    "value(0.5) parameter(2) norm(3.5), value(0.5) parameter(2) norm(3.5)",
  })
  void isReadAndWrittenAsWords(String text, String written) {
    assertThat(Clipping.parse(text)).hasToString(written);
    assertThat(Clipping.parse(written)).isEqualTo(Clipping.parse(text));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', quoteCharacter = '"', value = {
    "cut(1); 'cut(1)' is no clipping; expected norm, parameter, value or none",
    "norm(1, 2); 'norm(1, 2)' has 2 numbers, expected at most 1",
    "-1; the clipping norm is -1.0",
    "\"\"; the clipping '' cannot be read from character 1 on",
  })
  void saysWhatCannotBeRead(String text, String message) {
    assertThatThrownBy(() -> Clipping.parse(text))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
  }
}
