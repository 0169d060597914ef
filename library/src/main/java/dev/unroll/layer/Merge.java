package dev.unroll.layer;

import dev.unroll.layer.recurrent.Bidirectional;

/// How the outputs of the two directions of a [Bidirectional] layer are merged.
public enum Merge {
  /// Concatenation, the forward direction first: `[T, B, H₁ + H₂]`.
  CONCATENATE,
  /// Their sum: `[T, B, H]`.
  SUM
}
