package dev.unroll.kernel.scalar;

import static dev.unroll.kernel.Polynomials.*;

import dev.unroll.expr.Function;

/// `σ` and `tanh` of whole rows in plain Java, with the bits of [ScalarFunctions] in half of the
/// time: in loops that C2 turns into vector instructions by itself, as all arrays have the same
/// index and nothing depends on a comparison. It makes no vectors of bits that become a float, nor
/// of a choice between two numbers; these have loops of their own, as short as can be.
///
/// Not thread-safe: its arrays are scratch memory.
final class RowFunctions {
  /// Shorter rows are faster one element at a time.
  private static final int SHORTEST = 32;

  private static final int WIDTH = 256;

  private final float[] x = new float[WIDTH];

  /// First `exp(r) − 1`, then the result of the function.
  private final float[] y = new float[WIDTH];

  /// First the exponent in the lowest bits, then two to its power.
  private final float[] power = new float[WIDTH];

  /// 1 where x has a minus sign, else 0.
  private final float[] below = new float[WIDTH];

  /// `to[too + i] = f(a[ao + i])` for `i < n`.
  void apply(Function f, float[] a, int ao, float[] to, int too, int n) {
    if (n < SHORTEST || (f != Function.SIGMOID && f != Function.TANH)) {
      ScalarFunctions.apply(f, a, ao, to, too, n);
      return;
    }
    for (int i = 0; i < n; i += WIDTH) {
      int block = Math.min(WIDTH, n - i);
      System.arraycopy(a, ao + i, x, 0, block);
      if (f == Function.SIGMOID) {
        sigmoid(block);
      } else {
        tanh(block);
      }
      System.arraycopy(y, 0, to, too + i, block);
    }
  }

  private void sigmoid(int n) {
    reduce(x, 1, SIGMOID_LOWEST, y, power, n);
    powers(x, SIGMOID_LOWEST, power, n);
    signs(x, below, n);
    sigmoid(y, power, below, n);
  }

  private void tanh(int n) {
    reduce(x, 2, 2 * TANH_LOWEST, y, power, n);
    powers(x, TANH_LOWEST, power, n);
    tanh(y, power, n);
    copySigns(x, y, n);
  }

  /// `−|factor·x| = k·ln 2 + r`, with `exp(r) − 1` in p and k in the lowest bits of s. The factor,
  /// 1 or 2, rounds nothing. Values below the lowest would become NaN; [#powers] makes them zero
  /// afterwards.
  private static void reduce(float[] x, float factor, float lowest, float[] p, float[] s, int n) {
    for (int i = 0; i < n; i++) {
      float a = Math.max(-Math.abs(x[i]) * factor, lowest);
      float shifted = Math.fma(a, LOG2_E, ROUND);
      float k = shifted - ROUND;
      float r = Math.fma(k, -LN2, a);
      p[i] = ScalarFunctions.expm1(r, Math.fma(k, -LN2_REST, r));
      s[i] = shifted;
    }
  }

  private static void powers(float[] x, float lowest, float[] s, int n) {
    for (int i = 0; i < n; i++) {
      float power = ScalarFunctions.power(Float.floatToRawIntBits(s[i]) - ROUND_BITS);
      s[i] = -Math.abs(x[i]) < lowest ? 0 : power;
    }
  }

  private static void signs(float[] x, float[] below, int n) {
    for (int i = 0; i < n; i++) {
      // Signs are as good as random, so mispredicted branches on them would cost more than all the
      // rest. For −0 both e and 1 are 1.
      below[i] = Float.floatToRawIntBits(x[i]) >>> 31;
    }
  }

  /// `(x < 0 ? e : 1) / (1 + e)`
  private static void sigmoid(float[] p, float[] power, float[] below, int n) {
    for (int i = 0; i < n; i++) {
      float e = Math.fma(power[i], p[i], power[i]);
      p[i] = Math.fma(e, below[i], 1 - below[i]) / (1 + e);
    }
  }

  private static void tanh(float[] p, float[] power, int n) {
    for (int i = 0; i < n; i++) {
      float e = Math.fma(power[i], p[i], power[i] - 1);
      p[i] = e / (2 + e);
    }
  }

  private static void copySigns(float[] x, float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.copySign(y[i], x[i]);
    }
  }
}
