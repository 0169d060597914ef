package dev.unroll.tensor;

import java.util.Locale;

/// How the elements of weight matrices are stored. A matrix is rounded once, to values that are
/// floats as well; products are computed in float, so they have the bits of a product with a matrix
/// of floats that has the rounded values.
///
/// | | bytes | values |
/// | --- | --- | --- |
/// | `FLOAT32` | 4 | all floats |
/// | `BFLOAT16` | 2 | floats whose mantissa has 8 bits, rounded to nearest, ties to even |
/// | `INT8` | 1 | `q·s`, q from −127 to 127, with a scale s for each row of the matrix |
///
/// A scale is a power of two: so `q·s` is exact, a sum of products by q is that by `q·s` but for
/// its exponent, and the scale can be found again from the rounded row. Of the two powers around
/// `max |w| / 127` it is the one with the smaller squared error; with the lower one, elements
/// beyond `127·s` become that. Rows whose elements are all below 2⁻⁸⁰ become zeros.
public enum Precision {
  /// 32 bits: nothing is rounded.
  FLOAT32(4),
  /// 16 bits, the upper half of a float.
  BFLOAT16(2),
  /// 8 bits and a scale for each row.
  INT8(1);

  private static final int MOST = 127;

  /// Rows of smaller elements have no int8 scale.
  private static final float TINY = 0x1p-80f;

  /// What every NaN becomes as bfloat16: some would become infinite if their lower half were cut.
  private static final short NAN = 0x7fc0;

  /// The largest finite bfloat16, as the upper half of a float.
  private static final int LARGEST = 0x7f7f;

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /// The bytes of an element.
  public int bytes() {
    return bytes;
  }

  /// As users write it: `float32`, `bfloat16`, `int8`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The precision of a name, in any case.
  ///
  /// @throws IllegalArgumentException if there is none; names them
  public static Precision of(String name) {
    for (var precision : values()) {
      if (precision.toString().equals(name.toLowerCase(Locale.ROOT))) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "there is no precision %s; expected float32, bfloat16 or int8".formatted(name));
  }

  /// Rounds a matrix, row by row, in place; does nothing for `FLOAT32`. Rounding twice is rounding
  /// once.
  ///
  /// @param w holds `W[i, j]` at `offset + i·columns + j`
  /// @throws IllegalArgumentException if an element that is to be rounded is not finite
  public void round(float[] w, int offset, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      roundRow(w, offset + i * columns, columns, 1);
    }
  }

  /// Rounds one row, in place.
  ///
  /// @param offset the place of its first element
  /// @param stride the distance of its elements
  /// @throws IllegalArgumentException if an element that is to be rounded is not finite
  public void roundRow(float[] w, int offset, int length, int stride) {
    if (this == FLOAT32) {
      return;
    }
    float scale = finiteScale(w, offset, length, stride);
    for (int j = 0, at = offset; j < length; j++, at += stride) {
      w[at] = this == INT8 ? int8(w[at], scale) * scale : bfloat16(bfloat16(w[at]));
    }
  }

  /// The same as [#scale].
  ///
  /// @throws IllegalArgumentException if an element is not finite
  public float finiteScale(float[] w, int offset, int length, int stride) {
    float scale = scale(w, offset, length, stride);
    if (!Float.isFinite(scale)) {
      throw new IllegalArgumentException(
          "a weight is NaN or infinite, which %s cannot store; use a model that was trained to "
              .formatted(this) + "finite weights");
    }
    return scale;
  }

  /// The scale of a row with `INT8`; else 1, or NaN if an element is not finite.
  public float scale(float[] w, int offset, int length, int stride) {
    float most = 0;
    for (int j = 0, at = offset; j < length; j++, at += stride) {
      most = Math.max(most, Math.abs(w[at])); // NaN if one of them is
    }
    if (!Float.isFinite(most)) {
      return Float.NaN;
    }
    if (this != INT8) {
      return 1;
    }
    if (most < TINY) {
      return 0;
    }
    float high = Math.scalb(1f, Math.getExponent(most / MOST));
    if (high * MOST < most) {
      high *= 2;
    }
    float low = high / 2;
    return error(w, offset, length, stride, low) < error(w, offset, length, stride, high) ? low
        : high;
  }

  private static double error(float[] w, int offset, int length, int stride, float scale) {
    double sum = 0;
    for (int j = 0, at = offset; j < length; j++, at += stride) {
      double error = w[at] - int8(w[at], scale) * scale;
      sum += error * error;
    }
    return sum;
  }

  /// q of an element of a row.
  public static byte int8(float w, float scale) {
    return scale == 0 ? 0 : (byte) Math.clamp(Math.rint(w / scale), -MOST, MOST);
  }

  /// The upper half of the nearest bfloat16; what would overflow becomes the largest one, NaN stays
  /// NaN.
  public static short bfloat16(float w) {
    if (Float.isNaN(w)) {
      return NAN;
    }
    int bits = Float.floatToRawIntBits(w);
    int upper = bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
    boolean overflows = (upper & 0x7fff) > LARGEST && Float.isFinite(w);
    return (short) (overflows ? upper & 0x8000 | LARGEST : upper);
  }

  /// The float of a bfloat16.
  public static float bfloat16(short upper) {
    return Float.intBitsToFloat(upper << 16);
  }
}
