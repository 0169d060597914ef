package dev.unroll.layer.probe;

import dev.unroll.tensor.Rows;

/// An attention at which one can look: of its last forward pass, until the next one.
public interface AttentionProbe {
  /// The name of the attention in its model: `decoder.attention`, `pooling`.
  String name();

  /// α of the last queries, `[T, B, S]` with S the most steps that the run may read; those from
  /// [#memorySteps] on mean nothing.
  Rows weights();

  /// T, the steps at which it looked; 0 before it did.
  int steps();

  /// B.
  int batch();

  /// The steps that it looked at.
  int memorySteps();
}
