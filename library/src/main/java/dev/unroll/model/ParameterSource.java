package dev.unroll.model;

import dev.unroll.tensor.Parameters;

/// Where the values of a model's parameters come from.
///
/// @param <E> what is thrown where a block has none
public interface ParameterSource<E extends Exception> {
  /// The `block.length()` values of a block.
  float[] of(Parameters.Block block) throws E;
}
