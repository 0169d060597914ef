package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.FLOATS;

import dev.unroll.kernel.AdamStep;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The step of Adam on vectors, operation by operation as in [AdamStep].
final class VectorAdam {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private VectorAdam() {}

  static void update(AdamStep step, float[] values, float[] gradients, float[] m, float[] v,
      int from, int to) {
    float beta1 = step.beta1();
    float beta2 = step.beta2();
    int i = from;
    for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
      var g = FLOATS.cast(FloatVector.fromArray(SPECIES, gradients, i)).mul(step.scale());
      g = g.blend(0f, g.abs().compare(VectorOperators.LT, AdamStep.TINY_GRADIENT));
      var mean = FLOATS.cast(FloatVector.fromArray(SPECIES, m, i)).mul(beta1)
          .add(g.mul(1 - beta1));
      mean = mean.blend(0f, mean.abs().compare(VectorOperators.LT, AdamStep.TINY_MEAN));
      var square = FLOATS.cast(FloatVector.fromArray(SPECIES, v, i)).mul(beta2)
          .add(g.mul(g).mul(1 - beta2));
      square = square.blend(0f, square.compare(VectorOperators.LT, AdamStep.TINY_SQUARE));
      FLOATS.cast(mean).intoArray(m, i);
      FLOATS.cast(square).intoArray(v, i);
      var change = mean.mul(step.rate()).div(square.sqrt().div(step.root()).add(step.epsilon()));
      FLOATS.cast(FLOATS.cast(FloatVector.fromArray(SPECIES, values, i)).sub(change))
          .intoArray(values, i);
    }
    step.update(values, gradients, m, v, i, to);
  }
}
