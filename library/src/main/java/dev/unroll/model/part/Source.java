package dev.unroll.model.part;

import dev.unroll.data.Padded;
import dev.unroll.layer.Span;
import dev.unroll.tensor.Rows;

/// What a decoder writes from: a vector for each sample, and for attention a memory. Bound to memory; one
/// caller at a time.
public interface Source {

  void load();

  /// Reads the inputs of a batch.
  void forward(Padded input, long draw);

  /// The vectors, `[B, C]`.
  Rows vector();

  /// The memory, `[S, B, M]`; of a source that has one.
  Rows memory();

  /// Which steps of the memory are present.
  Span span();

  /// The backward pass.
  ///
  /// @param dVector the gradient of the vectors
  /// @param dMemory the gradient of the memory; unused by a source that has none
  void backward(Rows dVector, Rows dMemory);

  /// What penalties on activations the last pass had.
  double penalty();

  long bytes();
}
