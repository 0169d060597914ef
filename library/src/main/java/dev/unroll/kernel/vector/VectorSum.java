package dev.unroll.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums along rows and over rows.
final class VectorSum {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_128;

  private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_PREFERRED;

  private VectorSum() {}

  /// The sum over rows, four vectors of columns at once.
  static void addRows(float[] a, int ao, int aStride, int rows, float[] y, int yo, int n) {
    int lanes = WIDE.length();
    int j = 0;
    for (; j + 4 * lanes <= n; j += 4 * lanes) {
      FloatVector s0 = FloatVector.zero(WIDE);
      FloatVector s1 = FloatVector.zero(WIDE);
      FloatVector s2 = FloatVector.zero(WIDE);
      FloatVector s3 = FloatVector.zero(WIDE);
      for (int i = 0; i < rows; i++) {
        int at = ao + i * aStride + j;
        s0 = s0.add(FloatVector.fromArray(WIDE, a, at));
        s1 = s1.add(FloatVector.fromArray(WIDE, a, at + lanes));
        s2 = s2.add(FloatVector.fromArray(WIDE, a, at + 2 * lanes));
        s3 = s3.add(FloatVector.fromArray(WIDE, a, at + 3 * lanes));
      }
      int to = yo + j;
      FloatVector.fromArray(WIDE, y, to).add(s0).intoArray(y, to);
      FloatVector.fromArray(WIDE, y, to + lanes).add(s1).intoArray(y, to + lanes);
      FloatVector.fromArray(WIDE, y, to + 2 * lanes).add(s2).intoArray(y, to + 2 * lanes);
      FloatVector.fromArray(WIDE, y, to + 3 * lanes).add(s3).intoArray(y, to + 3 * lanes);
    }
    for (; j + lanes <= n; j += lanes) {
      FloatVector s = FloatVector.zero(WIDE);
      for (int i = 0; i < rows; i++) {
        s = s.add(FloatVector.fromArray(WIDE, a, ao + i * aStride + j));
      }
      FloatVector.fromArray(WIDE, y, yo + j).add(s).intoArray(y, yo + j);
    }
    for (; j < n; j++) {
      float s = 0;
      for (int i = 0; i < rows; i++) {
        s += a[ao + i * aStride + j];
      }
      y[yo + j] += s;
    }
  }

  /// The sum with 16 running sums. They are four vectors of 128 bits on every machine: the loop waits
  /// for the additions, not for the loads, so wider vectors would gain nothing.
  static float sum(float[] a, int ao, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector s8 = FloatVector.zero(SPECIES);
    FloatVector s12 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i + 16 <= n; i += 16) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, a, ao + i));
      s4 = s4.add(FloatVector.fromArray(SPECIES, a, ao + i + 4));
      s8 = s8.add(FloatVector.fromArray(SPECIES, a, ao + i + 8));
      s12 = s12.add(FloatVector.fromArray(SPECIES, a, ao + i + 12));
    }
    if (i < n) {
      // A running sum is never −0, so adding the zeros of the lanes beyond the end changes nothing.
      int rest = n - i;
      int at = ao + i;
      s0 = s0.add(FloatVector.fromArray(SPECIES, a, at, SPECIES.indexInRange(0, rest)));
      s4 = s4.add(FloatVector.fromArray(SPECIES, a, at + 4, SPECIES.indexInRange(4, rest)));
      s8 = s8.add(FloatVector.fromArray(SPECIES, a, at + 8, SPECIES.indexInRange(8, rest)));
      s12 = s12.add(FloatVector.fromArray(SPECIES, a, at + 12, SPECIES.indexInRange(12, rest)));
    }
    FloatVector folded = s0.add(s8).add(s4.add(s12));
    return (folded.lane(0) + folded.lane(2)) + (folded.lane(1) + folded.lane(3));
  }
}
