package dev.unroll.layer.probe;

import dev.unroll.tensor.Rows;

/// The weights of an attention in its last forward pass, valid until the next one.
public interface AttentionProbe {
  /// The name of the attention in its model: `decoder.attention`, `pooling`.
  String name();

  /// α of the last queries, `[T, B, S]` with S the largest number of steps that the run may read;
  /// those from [#memorySteps] on are undefined.
  Rows weights();

  /// T, the number of query steps; 0 before the first pass.
  int steps();

  /// B.
  int batch();

  /// The number of memory steps.
  int memorySteps();
}
