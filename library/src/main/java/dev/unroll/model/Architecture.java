package dev.unroll.model;

import dev.unroll.tensor.Parameters;

/// What a structure is made of: a value, from which a model is built.
public sealed interface Architecture
    permits SequenceToVector.Parts, SequenceToSequence.Parts, VectorToSequence.Parts,
    EncoderDecoder.Parts {

  /// What the model reads.
  Inputs inputs();

  /// What it puts out.
  Outputs outputs();

  /// How many parameters such a model has; takes no memory for them.
  ///
  /// @throws IllegalArgumentException if there are more than fit into an array
  int parameterCount();

  /// The model with its initial values drawn.
  Structure initialized();

  /// The model with given values. All of them are asked for before memory is taken.
  <E extends Exception> Structure of(ParameterSource<E> values) throws E;

  /// Where the values of a model's parameters come from.
  ///
  /// @param <E> what is thrown where a block has none
  interface ParameterSource<E extends Exception> {
    /// The `block.length()` values of a block.
    float[] of(Parameters.Block block) throws E;
  }
}
