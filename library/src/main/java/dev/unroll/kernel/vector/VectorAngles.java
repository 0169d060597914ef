package dev.unroll.kernel.vector;

import static dev.unroll.kernel.Polynomials.*;
import static dev.unroll.kernel.vector.Exact.FLOATS;
import static dev.unroll.kernel.vector.Exact.INTS;
import static jdk.incubator.vector.VectorOperators.ABS;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.unroll.expr.Function;
import dev.unroll.kernel.scalar.ScalarFunctions;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Sine and cosine on whole vectors, operation by operation as in [ScalarFunctions], which also
/// takes the vectors that have an angle of too many turns.
final class VectorAngles {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final int ONE_BITS = Float.floatToRawIntBits(1);

  private VectorAngles() {}

  static void sin(float[] a, int ao, float[] y, int yo, int n) {
    turned(Function.SIN, 0, Integer.MIN_VALUE, a, ao, y, yo, n);
  }

  static void cos(float[] a, int ao, float[] y, int yo, int n) {
    turned(Function.COS, 1, 0, a, ao, y, yo, n);
  }

  /// `cos x` is `sin(|x| + π/2)`.
  ///
  /// @param f the function
  /// @param quarter the quarters of a turn to add to |x|
  /// @param signs the bits of x that change the sign of the result
  private static void turned(Function f, int quarter, int signs, float[] a, int ao, float[] y,
      int yo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FLOATS.cast(FloatVector.fromArray(SPECIES, a, ao + i));
      FloatVector v = x.lanewise(ABS);
      if (v.compare(GT, FULL_TURNS_HIGHEST).anyTrue()) {
        ScalarFunctions.apply(f, a, ao + i, y, yo + i, L);
        continue;
      }
      FloatVector shifted = v.fma(TWO_OVER_PI, ROUND);
      FloatVector k = shifted.sub(ROUND);
      FloatVector r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -HALF_PI_1)), v);
      r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -HALF_PI_2)), r);
      r = k.fma(FLOATS.cast(FloatVector.broadcast(SPECIES, -HALF_PI_3)), r);
      IntVector turn = INTS.cast(shifted.reinterpretAsInts()).add(quarter);
      FloatVector s = r.mul(r);
      FloatVector q = s.fma(SIN_7, SIN_5)
          .fma(s, FLOATS.cast(FloatVector.broadcast(SPECIES, SIN_3)));
      FloatVector sine = s.mul(r).fma(q, r);
      FloatVector c = s.fma(COS_8, COS_6)
          .fma(s, FLOATS.cast(FloatVector.broadcast(SPECIES, COS_4)))
          .fma(s, FLOATS.cast(FloatVector.broadcast(SPECIES, -0.5f)));
      FloatVector cosine = c.fma(s, FLOATS.cast(FloatVector.broadcast(SPECIES, 1)));
      // 1, or −1 where the turn is odd.
      FloatVector parity =
          FLOATS.cast(turn.lanewise(LSHL, 31).or(ONE_BITS).reinterpretAsFloats());
      FloatVector either = sine.blend(cosine, parity.compare(LT, 0));
      IntVector sign = turn.and(2).lanewise(LSHL, 30)
          .lanewise(XOR, INTS.cast(x.reinterpretAsInts()).and(signs));
      FLOATS.cast(INTS.cast(either.reinterpretAsInts()).lanewise(XOR, sign)
          .reinterpretAsFloats()).intoArray(y, yo + i);
    }
  }
}
