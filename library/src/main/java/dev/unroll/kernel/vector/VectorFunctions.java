package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Polynomials.*;
import static dev.unroll.kernel.vector.Exact.FLOATS;
import static dev.unroll.kernel.vector.Exact.INTS;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.SQRT;

import dev.unroll.expr.Function;
import dev.unroll.kernel.scalar.ScalarFunctions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The functions of [Function] on whole vectors, operation by operation as in [ScalarFunctions],
/// which processes the rest that does not fill a vector. Each is one flat loop: vectors that pass
/// through small methods cost three times as much.
final class VectorFunctions {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INT_SPECIES = IntVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();

  private VectorFunctions() {}

  static void apply(Function f, float[] a, int ao, float[] y, int yo, int n) {
    int whole = SPECIES.loopBound(n);
    switch (f) {
      case SIGMOID -> sigmoid(a, ao, y, yo, whole);
      case TANH -> tanh(a, ao, y, yo, whole);
      case RELU -> relu(a, ao, y, yo, whole);
      case EXP -> exp(a, ao, y, yo, whole);
      case LOG -> log(a, ao, y, yo, whole);
      case EXPM1 -> expm1(a, ao, y, yo, whole);
      case LOG1P -> log1p(a, ao, y, yo, whole);
      case SOFTPLUS -> softplus(a, ao, y, yo, whole, false);
      case LOGSIGMOID -> softplus(a, ao, y, yo, whole, true);
      case SIN -> VectorAngles.sin(a, ao, y, yo, whole);
      case COS -> VectorAngles.cos(a, ao, y, yo, whole);
      case SQRT -> sqrt(a, ao, y, yo, whole);
      case ABS -> abs(a, ao, y, yo, whole);
      case NEGATE -> negate(a, ao, y, yo, whole);
      case STEP -> step(a, ao, y, yo, whole);
      case SIGN -> sign(a, ao, y, yo, whole);
      case FLUSH -> flush(a, ao, y, yo, whole);
    }
    if (whole < n) {
      ScalarFunctions.apply(f, a, ao + whole, y, yo + whole, n - whole);
    }
  }

  private static void sigmoid(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      IntVector negative = INTS.cast(x.reinterpretAsInts()).or(Integer.MIN_VALUE);
      FloatVector v = FLOATS.cast(negative.reinterpretAsFloats());
      FloatVector shifted = v.fma(LOG2_E, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2)), v);
      FloatVector square = r.mul(r);
      FloatVector high =
          square.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, EXP_6)), r.fma(EXP_5, EXP_4));
      FloatVector q = high.fma(square, r.fma(EXP_3, EXP_2));
      FloatVector p =
          q.fma(square, k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2_REST)), r));
      IntVector exponent = INTS.cast(shifted.reinterpretAsInts()).add(127).lanewise(LSHL, 23);
      FloatVector power = FLOATS.cast(exponent.reinterpretAsFloats());
      FloatVector e = power.fma(p, power).blend(0, v.compare(LT, SIGMOID_LOWEST));
      FloatVector numerator =
          FLOATS.cast(FloatVector.broadcast(SPECIES, 1)).blend(e, x.compare(LT, 0));
      FLOATS.cast(numerator.div(e.add(1))).intoArray(y, yo + i);
    }
  }

  private static void tanh(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      IntVector negative = INTS.cast(x.reinterpretAsInts()).or(Integer.MIN_VALUE);
      FloatVector v = FLOATS.cast(negative.reinterpretAsFloats());
      FloatVector shifted = v.fma(2 * LOG2_E, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2)), v.add(v));
      FloatVector square = r.mul(r);
      FloatVector high =
          square.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, EXP_6)), r.fma(EXP_5, EXP_4));
      FloatVector q = high.fma(square, r.fma(EXP_3, EXP_2));
      FloatVector p =
          q.fma(square, k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2_REST)), r));
      IntVector exponent = INTS.cast(shifted.reinterpretAsInts()).add(127).lanewise(LSHL, 23);
      FloatVector power = FLOATS.cast(exponent.reinterpretAsFloats());
      FloatVector e = power.fma(p, power.sub(1)).blend(-1, v.compare(LT, TANH_LOWEST));
      IntVector tanh = INTS.cast(e.div(e.add(2)).lanewise(ABS).reinterpretAsInts());
      IntVector sign = INTS.cast(x.reinterpretAsInts()).and(Integer.MIN_VALUE);
      FLOATS.cast(tanh.or(sign).reinterpretAsFloats()).intoArray(y, yo + i);
    }
  }

  private static void exp(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FloatVector v = x.blend(EXP_LOWEST, x.compare(LT, EXP_LOWEST));
      v = v.blend(EXP_HIGHEST, x.compare(GT, EXP_HIGHEST));
      FloatVector shifted = v.fma(LOG2_E, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2)), v);
      r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2_REST)), r);
      FloatVector square = r.mul(r);
      FloatVector high =
          square.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, EXP_6)), r.fma(EXP_5, EXP_4));
      FloatVector q = high.fma(square, r.fma(EXP_3, EXP_2));
      FloatVector p = q.fma(square, r);
      IntVector exponent = INTS.cast(shifted.reinterpretAsInts()).sub(ROUND_BITS);
      IntVector half = exponent.lanewise(ASHR, 1);
      FloatVector power =
          FLOATS.cast(half.add(127).lanewise(LSHL, 23).reinterpretAsFloats());
      IntVector rest = exponent.sub(half).add(127).lanewise(LSHL, 23);
      FLOATS.cast(power.fma(p, power).mul(FLOATS.cast(rest.reinterpretAsFloats()))).intoArray(y,
          yo + i);
    }
  }

  private static void log(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      VectorMask<Float> subnormal = x.compare(LT, SMALLEST_NORMAL);
      IntVector bits = INTS.cast(x.blend(x.mul(0x1p23f), subnormal).reinterpretAsInts());
      IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
      IntVector fraction = bits.sub(exponent.lanewise(LSHL, 23));
      FloatVector f = FLOATS.cast(fraction.reinterpretAsFloats()).sub(1);
      FloatVector k = FLOATS.cast(exponent.convert(I2F, 0));
      k = k.sub(FLOATS.cast(FloatVector.zero(SPECIES)).blend(23, subnormal));
      FloatVector p = f.fma(LOG_10, LOG_9);
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_8)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_7)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_6)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_5)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_4)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_3)));
      p = p.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, -0.5f)));
      p = p.fma(f.mul(f), k.mul(LN2_LOW));
      FloatVector log = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, LN2_HIGH)), f.add(p));
      log = log.blend(x, x.compare(LT, Float.POSITIVE_INFINITY).not());
      log = log.blend(Float.NEGATIVE_INFINITY, x.compare(LE, 0));
      FLOATS.cast(log.blend(Float.NaN, x.compare(LT, 0))).intoArray(y, yo + i);
    }
  }

  private static void expm1(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FloatVector v = x.blend(EXPM1_LOWEST, x.compare(LT, EXPM1_LOWEST));
      v = v.blend(EXP_HIGHEST, x.compare(GT, EXP_HIGHEST));
      FloatVector shifted = v.fma(LOG2_E, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2)), v);
      r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2_REST)), r);
      FloatVector square = r.mul(r);
      FloatVector high =
          square.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, EXP_6)), r.fma(EXP_5, EXP_4));
      FloatVector q = high.fma(square, r.fma(EXP_3, EXP_2));
      FloatVector p = q.fma(square, r);
      IntVector exponent = INTS.cast(shifted.reinterpretAsInts()).add(126).lanewise(LSHL, 23);
      FloatVector half = FLOATS.cast(exponent.reinterpretAsFloats());
      FloatVector e = half.fma(p, half.sub(0.5f));
      FLOATS.cast(e.add(e).blend(x, x.lanewise(ABS).compare(LT, EXPM1_SAME))).intoArray(y,
          yo + i);
    }
  }

  private static void log1p(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      IntVector exponent = INTS.cast(x.add(1).reinterpretAsInts()).sub(SQRT_HALF_BITS)
          .lanewise(ASHR, 23);
      IntVector scaled = INTS.cast(x.reinterpretAsInts()).sub(exponent.lanewise(LSHL, 23));
      IntVector four = INTS.cast(IntVector.broadcast(INT_SPECIES, 129)).sub(exponent)
          .lanewise(LSHL, 23);
      FloatVector f = FLOATS.cast(scaled.reinterpretAsFloats())
          .add(FLOATS.cast(four.reinterpretAsFloats()).fma(0.25f, -1));
      FloatVector m = FLOATS.cast(exponent.convert(I2F, 0));
      FloatVector l = f.fma(LOG_10, LOG_9);
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_8)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_7)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_6)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_5)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_4)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_3)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, -0.5f)));
      l = l.fma(f.mul(f), m.mul(LN2_LOW));
      l = m.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, LN2_HIGH)), f.add(l));
      l = l.blend(x, x.compare(LT, Float.POSITIVE_INFINITY).not());
      l = l.blend(x, x.compare(EQ, 0));
      l = l.blend(Float.NEGATIVE_INFINITY, x.compare(LE, -1));
      FLOATS.cast(l.blend(Float.NaN, x.compare(LT, -1))).intoArray(y, yo + i);
    }
  }

  /// `max(x, 0) + log(1 + exp(−|x|))`, or `log σ(x) = min(x, 0) − log(1 + exp(−|x|))`.
  private static void softplus(float[] a, int ao, float[] y, int yo, int n, boolean logSigmoid) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      IntVector negative = INTS.cast(x.reinterpretAsInts()).or(Integer.MIN_VALUE);
      FloatVector v = FLOATS.cast(negative.reinterpretAsFloats());
      v = v.blend(EXP_LOWEST, v.compare(LT, EXP_LOWEST));
      FloatVector shifted = v.fma(LOG2_E, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2)), v);
      r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -LN2_REST)), r);
      FloatVector square = r.mul(r);
      FloatVector high =
          square.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, EXP_6)), r.fma(EXP_5, EXP_4));
      FloatVector q = high.fma(square, r.fma(EXP_3, EXP_2));
      FloatVector p = q.fma(square, r);
      IntVector exponent = INTS.cast(shifted.reinterpretAsInts()).sub(ROUND_BITS);
      IntVector half = exponent.lanewise(ASHR, 1);
      FloatVector power =
          FLOATS.cast(half.add(127).lanewise(LSHL, 23).reinterpretAsFloats());
      IntVector rest = exponent.sub(half).add(127).lanewise(LSHL, 23);
      FloatVector e = power.fma(p, power).mul(FLOATS.cast(rest.reinterpretAsFloats()));
      VectorMask<Float> upper = e.compare(GT, SQRT2_1);
      FloatVector f = e.blend(e.fma(0.5f, -0.5f), upper);
      FloatVector m = FLOATS.cast(FloatVector.zero(SPECIES)).blend(1, upper);
      FloatVector l = f.fma(LOG_10, LOG_9);
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_8)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_7)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_6)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_5)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_4)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, LOG_3)));
      l = l.fma(f, FLOATS.cast(FloatVector.broadcast(SPECIES, -0.5f)));
      l = l.fma(f.mul(f), m.mul(LN2_LOW));
      l = m.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, LN2_HIGH)), f.add(l));
      FloatVector zero = FLOATS.cast(FloatVector.zero(SPECIES));
      if (logSigmoid) {
        FLOATS.cast(zero.blend(x, x.compare(LT, 0)).sub(l)).intoArray(y, yo + i);
      } else {
        FLOATS.cast(zero.blend(x, x.compare(GT, 0)).add(l)).intoArray(y, yo + i);
      }
    }
  }

  private static void relu(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FLOATS.cast(x.blend(0, x.compare(LE, 0))).intoArray(y, yo + i);
    }
  }

  private static void sqrt(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i)).lanewise(SQRT))
          .intoArray(y, yo + i);
    }
  }

  private static void abs(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i)).lanewise(ABS)).intoArray(y,
          yo + i);
    }
  }

  private static void negate(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i)).neg()).intoArray(y,
          yo + i);
    }
  }

  private static void step(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FLOATS.cast(FLOATS.cast(FloatVector.zero(SPECIES)).blend(1, x.compare(GT, 0))).intoArray(y,
          yo + i);
    }
  }

  private static void sign(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FloatVector positive = FLOATS.cast(FloatVector.zero(SPECIES)).blend(1, x.compare(GT, 0));
      FLOATS.cast(positive.blend(-1, x.compare(LT, 0))).intoArray(y, yo + i);
    }
  }

  private static void flush(float[] a, int ao, float[] y, int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FLOATS.cast(x.blend(0, x.lanewise(ABS).compare(LT, (float) Function.TINY))).intoArray(y,
          yo + i);
    }
  }
}
