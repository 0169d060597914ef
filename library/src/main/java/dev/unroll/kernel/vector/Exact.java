package dev.unroll.kernel.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The classes of vectors, which have no public names. A vector made from something else (an
/// array, a number, a vector of another kind) is cast to the one class that it is of:
///
/// ```
/// FLOATS.cast(FloatVector.fromArray(SPECIES, a, i))
/// ```
///
/// Otherwise C2 assumes any vector class when it inlines calls on it, and consults the profiles of
/// the Vector API's own methods, which all code of the JVM shares: if these have seen two widths,
/// it boxes vectors. Vectors computed from cast ones are mostly of a known class, but the last of a
/// straight piece of code was not: so stored vectors are cast once more.
///
/// None of this helps a vector that comes from a loop. So no methods are called on running sums:
/// they are the argument that is added to another vector. If the class is right anyway, a cast
/// costs nothing.
final class Exact {
  /// The class of `FloatVector.SPECIES_PREFERRED`.
  static final Class<? extends FloatVector> FLOATS =
      FloatVector.SPECIES_PREFERRED.vectorType().asSubclass(FloatVector.class);

  /// The class of `IntVector.SPECIES_PREFERRED`.
  static final Class<? extends IntVector> INTS =
      IntVector.SPECIES_PREFERRED.vectorType().asSubclass(IntVector.class);

  /// The class of as many bytes, or of twice as many if that is less than 64 bits.
  static final Class<? extends ByteVector> BYTES =
      bytes().vectorType().asSubclass(ByteVector.class);

  /// The class of four floats.
  static final Class<? extends FloatVector> FLOATS_128 =
      FloatVector.SPECIES_128.vectorType().asSubclass(FloatVector.class);

  /// The class of eight floats.
  static final Class<? extends FloatVector> FLOATS_256 =
      FloatVector.SPECIES_256.vectorType().asSubclass(FloatVector.class);

  private Exact() {}

  /// The species of [#BYTES].
  static VectorSpecies<Byte> bytes() {
    return switch (FloatVector.SPECIES_PREFERRED.length()) {
      case 16 -> ByteVector.SPECIES_128;
      default -> ByteVector.SPECIES_64;
    };
  }
}
