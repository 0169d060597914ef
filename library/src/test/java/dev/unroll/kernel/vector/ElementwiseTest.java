package dev.unroll.kernel.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.provider.Providers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Functions, operators and sums: both providers give the same bits, and the right ones.
class ElementwiseTest {
  private static final Kernels SCALAR = Providers.scalar();
  private static final Kernels VECTOR = VectorKernels.create();

  private static final float[] SPECIAL = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE,
    -Float.MIN_VALUE, Float.MIN_NORMAL, -Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE, 1f,
    -1f, 0.5f, 2f, 20f, -20f, 87.33f, 87.34f, -87.34f, 88f, -88f, 88.73f, 89f, 104f, -103.98f, -104f
  };

  /// Floats of every magnitude and sign, every 9973rd, and the special ones.
  private static float[] sweep() {
    int step = 9973;
    int count = (int) ((1L << 32) / step);
    float[] values = Arrays.copyOf(SPECIAL, SPECIAL.length + count);
    for (int i = 0; i < count; i++) {
      values[SPECIAL.length + i] = Float.intBitsToFloat(i * step);
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void bothProvidersGiveTheSameBits(Function f) {
    float[] a = sweep();
    int n = a.length - 3;
    float[] expected = new float[a.length];
    float[] actual = new float[a.length];
    SCALAR.apply(f, a, 3, expected, 1, n);
    VECTOR.apply(f, a, 3, actual, 1, n);
    int at = Arrays.mismatch(actual, expected);
    assertThat(at).as(() -> f + " of " + a[at + 2] + " is " + actual[at]).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void aResultMayReplaceItsArgument(Function f) {
    for (int n = 0; n < 70; n++) {
      for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
        float[] a = floats(new Random(n), n + 5);
        float[] expected = a.clone();
        SCALAR.apply(f, a, 2, expected, 2, n);
        kernels.apply(f, a, 2, a, 2, n);
        assertThat(a).as("%s, n = %d", kernels.name(), n).isEqualTo(expected);
      }
    }
  }

  /// The largest errors over all floats, as [dev.unroll.kernel.Polynomials] states them.
  @ParameterizedTest
  @CsvSource({"EXP, 1.05", "LOG, 0.88", "SIGMOID, 2.41", "TANH, 2.50", "EXPM1, 1.61",
    "LOG1P, 1.48", "SOFTPLUS, 1.75", "LOGSIGMOID, 1.75", "SIN, 1.55", "COS, 1.54"})
  void errorsAreBelowTheStatedNumberOfUlps(Function f, double ulps) {
    float[] a = sweep();
    float[] y = new float[a.length];
    VECTOR.apply(f, a, 0, y, 0, a.length);
    for (int i = 0; i < a.length; i++) {
      double exact = exact(f, a[i]);
      float nearest = (float) exact;
      boolean flushed = f == Function.SIGMOID && exact < Float.MIN_NORMAL;
      boolean right;
      if (Float.isNaN(nearest) || Float.isInfinite(nearest)) {
        right = Float.compare(y[i], nearest) == 0;
      } else if (flushed) {
        right = y[i] >= 0 && y[i] <= Float.MIN_NORMAL;
      } else {
        right = Math.abs(y[i] - exact) / Math.ulp(nearest) < ulps;
      }
      if (!right) {
        fail("%s(%s) is %s, expected %s within %s ulp", f, a[i], y[i], exact, ulps);
      }
    }
  }

  /// [Function#of], but by [StrictMath] and without cancellation.
  private static double exact(Function f, double a) {
    return switch (f) {
      case SIGMOID -> 1 / (1 + StrictMath.exp(-a));
      case TANH -> StrictMath.tanh(a);
      case EXP -> StrictMath.exp(a);
      case LOG -> StrictMath.log(a);
      case EXPM1 -> StrictMath.expm1(a);
      case LOG1P -> StrictMath.log1p(a);
      case SOFTPLUS -> Math.max(a, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(a)));
      case LOGSIGMOID -> Math.min(a, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(a)));
      case SIN -> StrictMath.sin(a);
      case COS -> StrictMath.cos(a);
      case RELU, SQRT, ABS, NEGATE, STEP, SIGN, FLUSH -> f.of(a);
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"RELU", "SQRT", "ABS", "NEGATE", "STEP", "SIGN", "FLUSH"})
  void theOtherFunctionsAreExact(Function f) {
    float[] a = sweep();
    float[] y = new float[a.length];
    VECTOR.apply(f, a, 0, y, 0, a.length);
    for (int i = 0; i < a.length; i++) {
      if (Float.compare(y[i], (float) f.of(a[i])) != 0) {
        fail("%s(%s) is %s, expected %s", f, a[i], y[i], f.of(a[i]));
      }
    }
  }

  /// Limits, signs of zero, and arguments outside the domain; finite numbers by mpmath.
  @ParameterizedTest
  @CsvSource({
    "TANH, -0.0, -0.0",
    "TANH, 0.0, 0.0",
    "TANH, 1.4e-45, 1.4e-45",
    "TANH, -1e-40, -1e-40",
    "TANH, 9.1, 1",
    "TANH, -Infinity, -1",
    "SIGMOID, 0, 0.5",
    "SIGMOID, 17.5, 1",
    "SIGMOID, Infinity, 1",
    "SIGMOID, -87, 1.6458115e-38",
    "SIGMOID, -87.7, 0",
    "SIGMOID, -Infinity, 0",
    "EXP, 0, 1",
    "EXP, -0.0, 1",
    "EXP, -103.9, 1.4e-45",
    "EXP, -104, 0",
    "EXP, -Infinity, 0",
    "EXP, 88.72, 3.3931806e38",
    "EXP, 88.73, Infinity",
    "EXP, Infinity, Infinity",
    "LOG, 1, 0",
    "LOG, 0.0, -Infinity",
    "LOG, -0.0, -Infinity",
    "LOG, -1, NaN",
    "LOG, -Infinity, NaN",
    "LOG, Infinity, Infinity",
    "LOG, 1.4e-45, -103.27893",
    "EXPM1, -0.0, -0.0",
    "EXPM1, 1.4e-45, 1.4e-45",
    "EXPM1, -1e-20, -1e-20",
    "EXPM1, -30, -1",
    "EXPM1, -Infinity, -1",
    "EXPM1, 88.72, 3.3931806e38",
    "EXPM1, 88.73, Infinity",
    "EXPM1, Infinity, Infinity",
    "EXPM1, NaN, NaN",
    "LOG1P, -0.0, -0.0",
    "LOG1P, 1.4e-45, 1.4e-45",
    "LOG1P, -1, -Infinity",
    "LOG1P, -0.99999994, -16.635532",
    "LOG1P, -1.0000001, NaN",
    "LOG1P, 3.4028235e38, 88.72284",
    "LOG1P, 2.4e38, 88.37370",
    "LOG1P, Infinity, Infinity",
    "LOG1P, -Infinity, NaN",
    "LOG1P, NaN, NaN",
    "SOFTPLUS, 0, 0.6931472",
    "SOFTPLUS, -0.0, 0.6931472",
    "SOFTPLUS, -103.9, 1.4e-45",
    "SOFTPLUS, -104, 0",
    "SOFTPLUS, -Infinity, 0",
    "SOFTPLUS, 3e38, 3e38",
    "SOFTPLUS, Infinity, Infinity",
    "SOFTPLUS, NaN, NaN",
    "LOGSIGMOID, 0, -0.6931472",
    "LOGSIGMOID, 103.9, -1.4e-45",
    "LOGSIGMOID, 104, 0",
    "LOGSIGMOID, Infinity, 0",
    "LOGSIGMOID, -3e38, -3e38",
    "LOGSIGMOID, -Infinity, -Infinity",
    "LOGSIGMOID, NaN, NaN",
    "SIN, -0.0, -0.0",
    "SIN, 1.4e-45, 1.4e-45",
    "SIN, -1e-40, -1e-40",
    "SIN, 3.1415927, -8.742278e-8",
    "SIN, 25735.93, 0.0026692892",
    "SIN, 1e22, -0.7340815",
    "SIN, 3.4028235e38, -0.52187678",
    "SIN, Infinity, NaN",
    "SIN, NaN, NaN",
    "COS, -0.0, 1",
    "COS, 1.4e-45, 1",
    "COS, 1.5707964, -4.371139e-8",
    "COS, 3.4028235e38, 0.85302103",
    "COS, -Infinity, NaN",
    "COS, NaN, NaN",
    "RELU, -0.0, 0.0",
    "RELU, NaN, NaN",
    "STEP, NaN, 0",
    "SIGN, -0.0, 0.0",
    "SIGMOID, NaN, NaN",
    "TANH, NaN, NaN",
    "EXP, NaN, NaN",
    "LOG, NaN, NaN"
  })
  void specialArguments(Function f, float a, float expected) {
    float[] values = new float[33];
    Arrays.fill(values, a);
    for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
      float[] y = new float[33];
      kernels.apply(f, values, 0, y, 0, 33);
      float tolerance =
          Float.isFinite(expected) && f != Function.TANH ? 1e-5f * Math.abs(expected) : 0;
      for (float value : y) {
        if (tolerance == 0) {
          assertThat((Float) value).as(kernels.name()).isEqualTo((Float) expected);
        } else {
          assertThat(value).as(kernels.name()).isCloseTo(expected, within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"TANH", "SIN"})
  void someAreOdd(Function f) {
    float[] a = sweep();
    float[] negative = new float[a.length];
    float[] y = new float[a.length];
    VECTOR.apply(f, a, 0, y, 0, a.length);
    VECTOR.apply(Function.NEGATE, a, 0, negative, 0, a.length);
    VECTOR.apply(f, negative, 0, negative, 0, a.length);
    VECTOR.apply(Function.NEGATE, negative, 0, negative, 0, a.length);
    assertThat(Arrays.mismatch(y, negative)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void operatorsGiveTheSameBitsAsPlainJava(Operator op) {
    Random random = new Random(1);
    for (int n = 0; n < 1_100; n += 1 + n / 60) {
      int ao = random.nextInt(4);
      int bo = random.nextInt(4);
      float[] a = mixed(random, n + 5);
      float[] b = mixed(random, n + 5);
      boolean aScalar = random.nextInt(3) == 0;
      boolean bScalar = random.nextInt(3) == 0;
      float[] expected = new float[n + 5];
      for (int i = 0; i < n; i++) {
        float u = a[aScalar ? ao : ao + i];
        float v = b[bScalar ? bo : bo + i];
        // One operation in double, rounded to float, is the operation in float.
        expected[2 + i] = (float) op.of(u, v);
      }
      for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
        float[] y = new float[n + 5];
        kernels.combine(op, a, ao, aScalar, b, bo, bScalar, y, 2, n);
        assertThat(y)
            .as("%s, n = %d, scalars %s %s", kernels.name(), n, aScalar, bScalar)
            .isEqualTo(expected);
      }
      System.arraycopy(expected, 2, expected, 0, n);
      for (Kernels kernels : new Kernels[] {SCALAR, VECTOR}) {
        float[] y = a.clone();
        kernels.combine(op, y, ao, aScalar, b, bo, bScalar, y, ao, n);
        assertThat(Arrays.copyOfRange(y, ao, ao + n))
            .as("%s in place of a", kernels.name())
            .isEqualTo(Arrays.copyOf(expected, n));
        y = b.clone();
        kernels.combine(op, a, ao, aScalar, y, bo, bScalar, y, bo, n);
        assertThat(Arrays.copyOfRange(y, bo, bo + n))
            .as("%s in place of b", kernels.name())
            .isEqualTo(Arrays.copyOf(expected, n));
      }
    }
  }

  @Test
  void sumsHaveOneTree() {
    Random random = new Random(2);
    for (int n = 0; n < 300; n++) {
      float[] a = floats(random, n + 3);
      float[] s = new float[16];
      for (int i = 0; i < n; i++) {
        s[i % 16] += a[3 + i];
      }
      for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
          s[i] += s[i + half];
        }
      }
      assertThat(SCALAR.sum(a, 3, n)).as("scalar, n = %d", n).isEqualTo(s[0]);
      assertThat(VECTOR.sum(a, 3, n)).as("vector, n = %d", n).isEqualTo(s[0]);
    }
    float[] zeros = {-0f, -0f, -0f};
    assertThat(SCALAR.sum(zeros, 0, 3)).isEqualTo(VECTOR.sum(zeros, 0, 3)).isEqualTo(0f);
  }

  @Test
  void rowsAreAddedInOrder() {
    Random random = new Random(3);
    for (int n = 0; n < 150; n += 1 + n / 40) {
      for (int rows : new int[] {0, 1, 2, 13, 64}) {
        int stride = n + 2;
        float[] a = floats(random, 5 + rows * stride + n);
        float[] before = floats(random, n + 4);
        float[] expected = before.clone();
        for (int j = 0; j < n; j++) {
          float sum = 0;
          for (int i = 0; i < rows; i++) {
            sum += a[5 + i * stride + j];
          }
          expected[3 + j] += sum;
        }
        for (var kernels : List.of(SCALAR, VECTOR)) {
          float[] y = before.clone();
          kernels.addRows(a, 5, stride, rows, y, 3, n);
          assertThat(y).as("%s, %d rows of %d", kernels.name(), rows, n).isEqualTo(expected);
        }
      }
    }
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() * 20 - 10;
    }
    return values;
  }

  private static float[] mixed(Random random, int n) {
    float[] values = floats(random, n);
    for (int i = 0; i < n; i += 3) {
      values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
    }
    return values;
  }
}
