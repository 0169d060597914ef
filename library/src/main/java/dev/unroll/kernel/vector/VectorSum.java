package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS;
import static dev.unroll.kernel.vector.Exact.FLOATS_128;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums along rows and over rows.
///
/// The running sum is added to the vector that was just loaded, never the other way round: C2 does
/// not know the class of a vector that comes from a loop, and if the JVM has seen several widths it
/// boxes each of them.
final class VectorSum {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_128;

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;

  private VectorSum() {}

  /// The sum over rows, four vectors of columns at once.
  static void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    int lanes = WIDE.length();
    int j = 0;
    for (; j + 4 * lanes <= n; j += 4 * lanes) {
      FloatVector s0 = FLOATS.cast(FloatVector.zero(WIDE));
      FloatVector s1 = FLOATS.cast(FloatVector.zero(WIDE));
      FloatVector s2 = FLOATS.cast(FloatVector.zero(WIDE));
      FloatVector s3 = FLOATS.cast(FloatVector.zero(WIDE));
      for (int i = 0; i < rows; i++) {
        int at = ao + i * aStride + j;
        s0 = FLOATS.cast(FloatVector.fromArray(WIDE, a, at)).add(s0);
        s1 = FLOATS.cast(FloatVector.fromArray(WIDE, a, at + lanes)).add(s1);
        s2 = FLOATS.cast(FloatVector.fromArray(WIDE, a, at + 2 * lanes)).add(s2);
        s3 = FLOATS.cast(FloatVector.fromArray(WIDE, a, at + 3 * lanes)).add(s3);
      }
      int to = yo + j;
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(WIDE, y, to)).add(s0)).intoArray(y, to);
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(WIDE, y, to + lanes)).add(s1)).intoArray(y,
          to + lanes);
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(WIDE, y, to + 2 * lanes)).add(s2)).intoArray(y,
          to + 2 * lanes);
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(WIDE, y, to + 3 * lanes)).add(s3)).intoArray(y,
          to + 3 * lanes);
    }
    for (; j + lanes <= n; j += lanes) {
      FloatVector s = FLOATS.cast(FloatVector.zero(WIDE));
      for (int i = 0; i < rows; i++) {
        s = FLOATS.cast(FloatVector.fromArray(WIDE, a, ao + i * aStride + j)).add(s);
      }
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(WIDE, y, yo + j)).add(s)).intoArray(y, yo + j);
    }
    for (; j < n; j++) {
      float s = 0;
      for (int i = 0; i < rows; i++) {
        s += a[ao + i * aStride + j];
      }
      y[yo + j] += s;
    }
  }

  /// The sum with 16 running sums. They are four vectors of 128 bits on every machine: the loop
  /// waits for the additions, not for the loads, so wider vectors would gain nothing.
  static float sum(float[] a, int ao, int n) {
    FloatVector s0 = FLOATS_128.cast(FloatVector.zero(SPECIES));
    FloatVector s4 = FLOATS_128.cast(FloatVector.zero(SPECIES));
    FloatVector s8 = FLOATS_128.cast(FloatVector.zero(SPECIES));
    FloatVector s12 = FLOATS_128.cast(FloatVector.zero(SPECIES));
    int i = 0;
    for (; i + 16 <= n; i += 16) {
      s0 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, ao + i)).add(s0);
      s4 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, ao + i + 4)).add(s4);
      s8 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, ao + i + 8)).add(s8);
      s12 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, ao + i + 12)).add(s12);
    }
    if (i < n) {
      // A running sum is never −0, so adding the zeros of the lanes beyond the end changes nothing.
      int rest = n - i;
      int at = ao + i;
      s0 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, at, SPECIES.indexInRange(0, rest)))
          .add(s0);
      s4 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, at + 4, SPECIES.indexInRange(4, rest)))
          .add(s4);
      s8 = FLOATS_128.cast(FloatVector.fromArray(SPECIES, a, at + 8, SPECIES.indexInRange(8, rest)))
          .add(s8);
      s12 = FLOATS_128
          .cast(FloatVector.fromArray(SPECIES, a, at + 12, SPECIES.indexInRange(12, rest)))
          .add(s12);
    }
    FloatVector zero = FLOATS_128.cast(FloatVector.zero(SPECIES));
    FloatVector folded = zero.add(s0).add(s8).add(zero.add(s4).add(s12));
    return (folded.lane(0) + folded.lane(2)) + (folded.lane(1) + folded.lane(3));
  }
}
