package dev.unroll.model.part;

import dev.unroll.data.Padded;
import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;

/// What a decoder reads: a vector for each sample, and for attention a memory. Bound to memory; one
/// caller at a time.
public interface Source {

  void load();

  /// Reads the inputs of a batch.
  void forward(Padded input, long draw);

  /// The vectors, `[B, C]`.
  Rows vector();

  /// The memory, `[S, B, M]`; if the source has one.
  Rows memory();

  /// The steps of the memory that are not padded.
  Span span();

  /// The backward pass.
  ///
  /// @param dVector the gradient of the vectors
  /// @param dMemory the gradient of the memory; unused by a source that has none
  void backward(Rows dVector, Rows dMemory);

  /// The penalties on activations of the last pass.
  double penalty();

  long bytes();
}
