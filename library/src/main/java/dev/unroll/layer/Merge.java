package dev.unroll.layer;

import dev.unroll.layer.recurrent.Bidirectional;

/// How the outputs of the two directions of a [Bidirectional] layer become one.
public enum Merge {
  /// Side by side, the direction of time first: `[T, B, H₁ + H₂]`.
  CONCATENATE,
  /// Their sum: `[T, B, H]`.
  SUM
}
