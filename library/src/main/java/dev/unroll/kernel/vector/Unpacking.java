package dev.unroll.kernel.vector;

import static dev.unroll.kernel.vector.Exact.BYTES;
import static dev.unroll.kernel.vector.Exact.FLOATS;
import static dev.unroll.kernel.vector.Exact.INTS;

import dev.unroll.kernel.FloatPanels;
import dev.unroll.kernel.SmallPanels;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Makes floats of small weights, a panel of two vectors at a time.
final class Unpacking {
  private static final VectorSpecies<Float> FLOAT = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INT = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTE = Exact.bytes();
  private static final int LANES = FLOAT.length();

  /// Where the second vector of a panel lies among bytes, which are loaded 8 at a time at least.
  private static final int BYTES_APART = BYTE.length() == LANES ? LANES : 0;
  private static final int SECOND_PART = BYTES_APART == 0 ? 1 : 0;

  private Unpacking() {}

  /// Fills a panel with another one, whose width is two vectors.
  static void panel(SmallPanels b, int panel, FloatPanels into, int place) {
    if (b.kind().isBytes()) {
      bytes(b.bytes(), b.offset(panel), b.scales(), panel * b.width(), b.stride(), into.data(),
          into.offset(place));
    } else {
      words(b, b.offset(panel), into.data(), into.offset(place));
    }
  }

  private static void bytes(byte[] q, int from, float[] scales, int so, int n, float[] into,
      int to) {
    var s = FLOATS.cast(FloatVector.fromArray(FLOAT, scales, so));
    var t = FLOATS.cast(FloatVector.fromArray(FLOAT, scales, so + LANES));
    for (int i = 0; i < n; i += 2 * LANES) {
      var q0 = BYTES.cast(ByteVector.fromArray(BYTE, q, from + i));
      var q1 = BYTES.cast(ByteVector.fromArray(BYTE, q, from + i + BYTES_APART));
      var w0 = FLOATS.cast(q0.convertShape(VectorOperators.B2F, FLOAT, 0));
      var w1 = FLOATS.cast(q1.convertShape(VectorOperators.B2F, FLOAT, SECOND_PART));
      FLOATS.cast(w0.mul(s)).intoArray(into, to + i);
      FLOATS.cast(w1.mul(t)).intoArray(into, to + i + LANES);
    }
  }

  private static void words(SmallPanels b, int from, float[] into, int to) {
    int width = b.width();
    for (int k = 0, at = from, row = to; k < b.depth(); k += 2, at += width, row += 2 * width) {
      boolean both = k + 1 < b.depth();
      for (int j = 0; j < width; j += LANES) {
        var pair = INTS.cast(IntVector.fromArray(INT, b.words(), at + j));
        var even = INTS.cast(pair.lanewise(VectorOperators.LSHL, Short.SIZE));
        FLOATS.cast(even.reinterpretAsFloats()).intoArray(into, row + j);
        if (both) {
          var odd = INTS.cast(pair.and(0xffff0000));
          FLOATS.cast(odd.reinterpretAsFloats()).intoArray(into, row + width + j);
        }
      }
    }
  }
}
