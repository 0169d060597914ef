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
            case EXPM1 -> expm1(x);
            case LOG1P -> log1p(x);
            case SOFTPLUS -> softplus(x);
            case LOGSIGMOID -> logsigmoid(x);
            case SIN -> sin(x);
            case COS -> cos(x);
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
    return log(f, exponent - (subnormal ? 23 : 0));
  }

  /// `n ln 2 + log(1 + f)`
  private static float log(float f, float n) {
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

  /// `exp(x) − 1`
  public static float expm1(float x) {
    float a = x < EXPM1_LOWEST ? EXPM1_LOWEST : x > EXP_HIGHEST ? EXP_HIGHEST : x;
    float shifted = Math.fma(a, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN2_REST, Math.fma(n, -LN2, a));
    float p = expm1(r, r);
    // Half of the result, as 2ⁿ may be infinite where the result is not.
    float half = power(Float.floatToRawIntBits(shifted) - ROUND_BITS - 1);
    float y = Math.fma(half, p, half - 0.5f);
    return Math.abs(x) < EXPM1_SAME ? x : y + y;
  }

  /// `log(1 + x)`
  public static float log1p(float x) {
    if (!(x > -1) || x == 0 || x == Float.POSITIVE_INFINITY) {
      return x == -1 ? Float.NEGATIVE_INFINITY : x < -1 ? Float.NaN : x;
    }
    int exponent = (Float.floatToRawIntBits(1 + x) - SQRT_HALF_BITS) >> 23;
    float scaled = Float.intBitsToFloat(Float.floatToRawIntBits(x) - (exponent << 23));
    // 2⁻ⁿ may be subnormal, four times as much is not.
    float four = Float.intBitsToFloat((129 - exponent) << 23);
    return log(scaled + Math.fma(0.25f, four, -1), exponent);
  }

  /// `log(1 + exp(x))`
  public static float softplus(float x) {
    return (x > 0 ? x : 0) + log1pOfExp(x);
  }

  /// `log σ(x)`
  public static float logsigmoid(float x) {
    return (x < 0 ? x : 0) - log1pOfExp(x);
  }

  /// `log(1 + exp(−|x|))`
  private static float log1pOfExp(float x) {
    float e = exp(-Math.abs(x));
    return e > SQRT2_1 ? log(Math.fma(e, 0.5f, -0.5f), 1) : log(e, 0);
  }

  /// The sine of x in radians.
  public static float sin(float x) {
    if (Math.abs(x) > FULL_TURNS_HIGHEST) {
      return (float) StrictMath.sin(x);
    }
    return turned(x, 0, Float.floatToRawIntBits(x) & Integer.MIN_VALUE);
  }

  /// The cosine of x in radians.
  public static float cos(float x) {
    if (Math.abs(x) > FULL_TURNS_HIGHEST) {
      return (float) StrictMath.cos(x);
    }
    return turned(x, 1, 0);
  }

  /// `sin(|x| + quarters · π/2)`, with its sign changed by the upper bit of `sign`.
  private static float turned(float x, int quarters, int sign) {
    float a = Math.abs(x);
    float shifted = Math.fma(a, TWO_OVER_PI, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -HALF_PI_1, a);
    r = Math.fma(n, -HALF_PI_2, r);
    r = Math.fma(n, -HALF_PI_3, r);
    int turn = Float.floatToRawIntBits(shifted) + quarters;
    float s = r * r;
    float sine = Math.fma(s * r, Math.fma(Math.fma(SIN_7, s, SIN_5), s, SIN_3), r);
    float q = Math.fma(Math.fma(COS_8, s, COS_6), s, COS_4);
    float cosine = Math.fma(Math.fma(q, s, -0.5f), s, 1);
    float y = (turn & 1) == 0 ? sine : cosine;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ sign ^ (turn & 2) << 30);
  }

  /// Replaces `n` numbers by their sines, for vectors with large numbers in them.
  public static void sines(float[] a, int at, int n) {
    apply(Function.SIN, a, at, a, at, n);
  }

  /// Replaces `n` numbers by their cosines, for vectors with large numbers in them.
  public static void cosines(float[] a, int at, int n) {
    apply(Function.COS, a, at, a, at, n);
  }

  /// 2ⁿ for n in `[−126, 127]`; zero for −127.
  static float power(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }
}
