package dev.unroll.kernel.scalar;

import static dev.unroll.kernel.Polynomials.*;

import dev.unroll.expr.Expr.Operator;
import dev.unroll.expr.Function;

/// The functions of [Function] and the operators of [Operator] on floats; the formulas are
/// explained in [dev.unroll.kernel.Polynomials].
public final class ScalarFunctions {
  private static final int ONE_BITS = Float.floatToRawIntBits(1);

  private ScalarFunctions() {}

  /// `y[yo + i] = f(a[ao + i])` for `i < n`.
  public static void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      float x = a[ao + i];
      y[yo + i] =
          switch (f) {
            case SIGMOID -> sigmoid(x);
            case TANH -> tanh(x);
            case RELU -> relu(x);
            case EXP -> exp(x);
            case LOG -> log(x);
            case SQRT -> (float) Math.sqrt(x);
            case ABS -> Math.abs(x);
            case NEGATE -> -x;
            case STEP -> step(x);
            case SIGN -> sign(x);
            case FLUSH -> flush(x);
          };
    }
  }

  /// One operator on two numbers.
  public static float combine(Operator op, float u, float v) {
    return switch (op) {
      case ADD -> u + v;
      case SUBTRACT -> u - v;
      case MULTIPLY -> u * v;
      case DIVIDE -> u / v;
      case MIN -> Math.min(u, v);
      case MAX -> Math.max(u, v);
    };
  }

  /// `max(x, 0)`
  public static float relu(float x) {
    return x <= 0 ? 0 : x;
  }

  /// 1 above zero, else 0.
  public static float step(float x) {
    return x > 0 ? 1 : 0;
  }

  /// −1, 0 or 1.
  public static float sign(float x) {
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }

  /// Zero where x is tiny ([Function#FLUSH]).
  public static float flush(float x) {
    return Math.abs(x) < (float) Function.TINY ? 0 : x;
  }

  /// `exp(x)`
  public static float exp(float x) {
    float a = x < EXP_LOWEST ? EXP_LOWEST : x > EXP_HIGHEST ? EXP_HIGHEST : x;
    float shifted = Math.fma(a, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_REST, Math.fma(n, -LN2, a));
    float p = expm1(r, r);
    int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
    // In two steps, because 2ⁿ alone may be infinite or subnormal where the result is not.
    int half = exponent >> 1;
    float power = power(half);
    return Math.fma(power, p, power) * power(exponent - half);
  }

  /// `σ(x)`
  public static float sigmoid(float x) {
    float a = -Math.abs(x);
    float shifted = Math.fma(a, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2, a);
    float p = expm1(r, Math.fma(n, -LN2_REST, r));
    float power = power(Float.floatToRawIntBits(shifted) - ROUND_BITS);
    float e = a < SIGMOID_LOWEST ? 0 : Math.fma(power, p, power);
    return numerator(x, e) / (1 + e);
  }

  /// `x < 0 ? e : 1` without a branch: signs are as good as random, and a mispredicted branch takes
  /// as long as the rest of σ. For −0, whose sign bit is set, e is 1.
  private static float numerator(float x, float e) {
    int below = Float.floatToRawIntBits(x) >> 31;
    return Float.intBitsToFloat(Float.floatToRawIntBits(e) & below | ONE_BITS & ~below);
  }

  /// `tanh(x)`
  public static float tanh(float x) {
    float a = -Math.abs(x);
    float shifted = Math.fma(a, 2 * LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2, a + a);
    float p = expm1(r, Math.fma(n, -LN2_REST, r));
    float power = power(Float.floatToRawIntBits(shifted) - ROUND_BITS);
    float e = a < TANH_LOWEST ? -1 : Math.fma(power, p, power - 1);
    return Math.copySign(e / (2 + e), x);
  }

  /// `exp(r) − 1`
  ///
  /// @param more r with more digits
  static float expm1(float r, float more) {
    float square = r * r;
    float high = Math.fma(square, EXP_6, Math.fma(r, EXP_5, EXP_4));
    float q = Math.fma(high, square, Math.fma(r, EXP_3, EXP_2));
    return Math.fma(q, square, more);
  }

  /// The natural logarithm.
  public static float log(float x) {
    if (!(x > 0) || x == Float.POSITIVE_INFINITY) {
      return x == 0 ? Float.NEGATIVE_INFINITY : x < 0 ? Float.NaN : x;
    }
    boolean subnormal = x < SMALLEST_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p23f : x);
    int exponent = (bits - SQRT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
    float n = exponent - (subnormal ? 23 : 0);
    float p = Math.fma(LOG_10, f, LOG_9);
    p = Math.fma(p, f, LOG_8);
    p = Math.fma(p, f, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, -0.5f);
    p = Math.fma(p, f * f, n * LN2_LOW);
    return Math.fma(n, LN2_HIGH, f + p);
  }

  /// 2ⁿ for n in `[−126, 127]`; zero for −127.
  static float power(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
