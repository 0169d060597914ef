package dev.unroll.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The sum with 16 running sums. They are four vectors of 128 bits on every machine: the loop waits
/// for the additions, not for the loads, so wider vectors would gain nothing.
final class VectorSum {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_128;

  private VectorSum() {}

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
