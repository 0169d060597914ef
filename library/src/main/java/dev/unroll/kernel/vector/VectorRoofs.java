package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS;

import dev.unroll.kernel.Roofs;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The roofs of this machine's vectors.
public final class VectorRoofs implements Roofs {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = SPECIES.length();

  /// Sums side by side: enough for two units with a latency of up to six cycles, and few enough for
  /// 16 registers.
  private static final int SUMS = 12;

  private VectorRoofs() {}

  /// The loops for the widest vectors of this machine.
  public static VectorRoofs create() {
    return new VectorRoofs();
  }

  @Override
  public String name() {
    return "vector " + SPECIES.vectorBitSize() + " bit";
  }

  @Override
  public float multiplyAdd(int rounds) {
    var x = FLOATS.cast(FloatVector.broadcast(SPECIES, 1e-3f));
    var y = FLOATS.cast(FloatVector.broadcast(SPECIES, 1e-3f));
    // Each has another initial value: equal ones would be computed once.
    var s0 = FLOATS.cast(FloatVector.broadcast(SPECIES, 0f));
    var s1 = s0.add(1f);
    var s2 = s0.add(2f);
    var s3 = s0.add(3f);
    var s4 = s0.add(4f);
    var s5 = s0.add(5f);
    var s6 = s0.add(6f);
    var s7 = s0.add(7f);
    var s8 = s0.add(8f);
    var s9 = s0.add(9f);
    var s10 = s0.add(10f);
    var s11 = s0.add(11f);
    for (int round = 0; round < rounds; round++) {
      s0 = x.fma(y, s0);
      s1 = x.fma(y, s1);
      s2 = x.fma(y, s2);
      s3 = x.fma(y, s3);
      s4 = x.fma(y, s4);
      s5 = x.fma(y, s5);
      s6 = x.fma(y, s6);
      s7 = x.fma(y, s7);
      s8 = x.fma(y, s8);
      s9 = x.fma(y, s9);
      s10 = x.fma(y, s10);
      s11 = x.fma(y, s11);
    }
    // No methods are called on vectors that come from a loop: see VectorSum.
    var zero = FLOATS.cast(FloatVector.zero(SPECIES));
    s0 = zero.add(s0).add(s1).add(s2).add(s3).add(s4).add(s5);
    s6 = zero.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11);
    return s0.add(s6).reduceLanes(VectorOperators.ADD);
  }

  @Override
  public int operations() {
    return 2 * SUMS * WIDTH;
  }

  @Override
  public float read(float[] a, int from, int to) {
    var s0 = FLOATS.cast(FloatVector.zero(SPECIES));
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    var s4 = s0;
    var s5 = s0;
    var s6 = s0;
    var s7 = s0;
    int i = from;
    for (; i <= to - 8 * WIDTH; i += 8 * WIDTH) {
      s0 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i)).add(s0);
      s1 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + WIDTH)).add(s1);
      s2 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 2 * WIDTH)).add(s2);
      s3 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 3 * WIDTH)).add(s3);
      s4 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 4 * WIDTH)).add(s4);
      s5 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 5 * WIDTH)).add(s5);
      s6 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 6 * WIDTH)).add(s6);
      s7 = FLOATS.cast(FloatVector.fromArray(SPECIES, a, i + 7 * WIDTH)).add(s7);
    }
    var all = FLOATS.cast(FloatVector.zero(SPECIES)).add(s0).add(s1).add(s2).add(s3).add(s4).add(s5)
        .add(s6)
        .add(s7);
    float sum = all.reduceLanes(VectorOperators.ADD);
    for (; i < to; i++) {
      sum += a[i];
    }
    return sum;
  }
}
