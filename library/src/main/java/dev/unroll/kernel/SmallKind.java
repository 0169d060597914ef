package dev.unroll.kernel;

import dev.unroll.tensor.Precision;

/// How the elements of [SmallPanels] are kept.
public enum SmallKind {
  /// The upper halves of floats.
  BFLOAT16,
  /// Bytes whose scales are powers of two, so that a sum may be scaled in place of its terms.
  INT8,
  /// Bytes with any scales, as other programs write them: each element is the float nearest to
  /// `q·scale`, rounded before it is multiplied.
  SCALED_INT8;

  /// Whether elements are bytes.
  public boolean isBytes() {
    return this != BFLOAT16;
  }

  /// The kind of a precision.
  ///
  /// @throws IllegalArgumentException if it is float32
  public static SmallKind of(Precision precision) {
    return switch (precision) {
      case BFLOAT16 -> BFLOAT16;
      case INT8 -> INT8;
      case FLOAT32 -> throw new IllegalArgumentException("float32 is not small; use FloatPanels");
    };
  }
}
