package dev.unroll.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionTest {
  /// Ties go to the even one: 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, 1 + 3·2⁻⁸ between that and
  /// 1 + 2⁻⁶.
  @Test
  void bfloat16RoundsToTheNearest() {
    assertThat(rounded(Precision.BFLOAT16, 1 + 0x1p-8f, 1 + 0x3p-8f, 1 + 0x1.01p-8f, -0.1f,
        Float.MAX_VALUE, -Float.MAX_VALUE, -0f)).containsExactly(1, 1 + 0x1p-6f, 1 + 0x1p-7f,
            -0.10009765625f, 0x1.fep127f, -0x1.fep127f, -0f);
  }

  /// Whatever the bits: the nearest of all bfloat16 numbers, by the distances in doubles.
  @Test
  void bfloat16IsTheNearestForAnyFloat() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      float w = Float.intBitsToFloat(random.nextInt());
      if (Math.abs(w) < 0x1.fep127f) {
        float r = Precision.bfloat16(Precision.bfloat16(w));
        float below = Float.intBitsToFloat(Float.floatToRawIntBits(w) & 0xffff0000);
        float above = Float.intBitsToFloat((Float.floatToRawIntBits(w) & 0xffff0000) + 0x10000);
        double down = Math.abs((double) w - below);
        double up = Math.abs((double) above - w);
        boolean even = (Float.floatToRawIntBits(below) & 0x10000) == 0;
        assertThat(r).as("%s", w).isEqualTo(down < up || down == up && even ? below : above);
      }
    }
  }

  /// Some would become infinite or zero if their bits were rounded.
  @ParameterizedTest
  @ValueSource(ints = {0x7f800001, 0x7fffffff, 0xffffffff, 0x7fc00000})
  void bfloat16KeepsNan(int bits) {
    assertThat(Precision.bfloat16(Precision.bfloat16(Float.intBitsToFloat(bits)))).isNaN();
  }

  @Test
  void int8HasAScaleForEachRow() {
    float[] w = {1, -2, 0.51f, 0, 100, 1, 0, 0, 0};
    Precision.INT8.round(w, 0, 3, 3);
    assertThat(w).containsExactly(1, -2, 0.5f, 0, 100, 1, 0, 0, 0);
  }

  /// The lower of two powers of two, where the largest element alone is beyond it.
  @Test
  void int8CutsOffWhereTheErrorIsSmaller() {
    var random = new Random(3);
    float[] w = new float[200];
    for (int i = 0; i < w.length; i++) {
      w[i] = random.nextFloat() * 2 - 1;
    }
    w[17] = 1.01f;
    float[] rounded = w.clone();
    Precision.INT8.roundRow(rounded, 0, w.length, 1);
    assertThat(Precision.INT8.scale(w, 0, w.length, 1)).isEqualTo(1 / 128f);
    assertThat(rounded[17]).isEqualTo(127 / 128f);
    w[17] = 1.5f;
    assertThat(Precision.INT8.scale(w, 0, w.length, 1)).isEqualTo(1 / 64f);
  }

  /// q·s is no rounded product, and the scale of the rounded row is that of the row: whoever has
  /// the floats has q and s.
  @ParameterizedTest
  @EnumSource
  void roundingTwiceIsRoundingOnce(Precision precision) {
    for (int seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      int n = 1 + random.nextInt(9);
      float[] w = new float[n];
      float size = (float) Math.scalb(1.0, random.nextInt(150) - 70);
      for (int i = 0; i < n; i++) {
        w[i] = (float) random.nextGaussian() * size;
      }
      float[] once = w.clone();
      precision.roundRow(once, 0, n, 1);
      float[] twice = once.clone();
      precision.roundRow(twice, 0, n, 1);
      assertThat(twice).as("seed %d", seed).isEqualTo(once);
      if (precision == Precision.INT8) {
        float s = precision.scale(once, 0, n, 1);
        assertThat(s).as("seed %d", seed).isEqualTo(precision.scale(w, 0, n, 1));
        for (int i = 0; i < n; i++) {
          int q = Precision.int8(once[i], s);
          assertThat(new BigDecimal(once[i])).as("seed %d", seed)
              .isEqualByComparingTo(new BigDecimal(s).multiply(BigDecimal.valueOf(q)));
          assertThat(Math.abs(w[i] - once[i])).as("seed %d", seed)
              .isLessThanOrEqualTo(Math.max(s / 2, Math.abs(w[i]) - 127 * s));
        }
      }
    }
  }

  @Test
  void tinyRowsBecomeZeros() {
    assertThat(rounded(Precision.INT8, 0x1p-81f, -Float.MIN_VALUE)).containsExactly(0, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void onlyFiniteWeightsAreRounded(float w) {
    for (var precision : new Precision[] {Precision.INT8, Precision.BFLOAT16}) {
      assertThatThrownBy(() -> rounded(precision, 1, w, 2))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("NaN or infinite");
    }
    assertThat(rounded(Precision.FLOAT32, w)).containsExactly(w);
  }

  @Test
  void areNamedInAnyCase() {
    assertThat(Precision.of("INT8")).isEqualTo(Precision.INT8).hasToString("int8");
    assertThatThrownBy(() -> Precision.of("int4"))
        .hasMessage("there is no precision int4; expected float32, bfloat16 or int8");
  }

  private static float[] rounded(Precision precision, float... row) {
    precision.roundRow(row, 0, row.length, 1);
    return row;
  }
}
