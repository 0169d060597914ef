package dev.unroll.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// The classes of vectors, which have no public names. What makes a vector from something else (an
/// array, a number, a vector of another kind) is cast to the one class that it is of:
///
/// ```
/// FLOATS.cast(FloatVector.fromArray(SPECIES, a, i))
/// ```
///
/// Otherwise C2 takes it for any vector when it inlines what is called on it, and asks the profiles
/// of the Vector API's own methods, which all code of the JVM shares: where these have seen two
/// widths, it makes objects of vectors. What follows from such vectors is mostly of their class,
/// but the last of a straight piece of code was not: so what is stored is cast once more.
///
/// None of this helps a vector that comes from a loop. So nothing is called on running sums: they
/// are what is added to another vector. Where it is of the right class anyway, a cast costs
/// nothing.
final class Exact {
  /// Of `FloatVector.SPECIES_PREFERRED`.
  static final Class<? extends FloatVector> FLOATS =
      FloatVector.SPECIES_PREFERRED.vectorType().asSubclass(FloatVector.class);

  /// Of `IntVector.SPECIES_PREFERRED`.
  static final Class<? extends IntVector> INTS =
      IntVector.SPECIES_PREFERRED.vectorType().asSubclass(IntVector.class);

  /// Of four floats.
  static final Class<? extends FloatVector> FLOATS_128 =
      FloatVector.SPECIES_128.vectorType().asSubclass(FloatVector.class);

  /// Of eight floats.
  static final Class<? extends FloatVector> FLOATS_256 =
      FloatVector.SPECIES_256.vectorType().asSubclass(FloatVector.class);

  private Exact() {}
}
