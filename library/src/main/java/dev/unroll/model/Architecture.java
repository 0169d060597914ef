package dev.unroll.model;

import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Parameters.RowSource;
import dev.unroll.tensor.Precision;
import java.util.Arrays;

/// What a structure is made of: a value from which a model is built.
public sealed interface Architecture
    permits SequenceToVector.Parts, SequenceToSequence.Parts, VectorToSequence.Parts,
    EncoderDecoder.Parts {

  /// The inputs that the model reads.
  Inputs inputs();

  /// The outputs of the model and its loss.
  Outputs outputs();

  /// The number of parameters of such a model; allocates no memory for them.
  ///
  /// @throws IllegalArgumentException if there are more than fit into an array
  int parameterCount();

  /// The same with another seed of initial values and masks.
  Architecture seed(long seed);

  /// Returns the model with initial values drawn from its seed.
  Structure initialized();

  /// Returns the model with given values. All of them are requested before memory is allocated.
  <E extends Exception> Structure of(ParameterSource<E> values) throws E;

  /// The same with matrices that are stored in a precision, to which their values are rounded.
  ///
  /// @throws IllegalArgumentException if a value that is to be rounded is not finite
  <E extends Exception> Structure of(Precision weights, ParameterSource<E> values) throws E;

  /// A source of the values of a model's parameters.
  ///
  /// @param <E> what is thrown where a block has none
  interface ParameterSource<E extends Exception> {
    /// The `block.length()` values of a block.
    float[] of(Parameters.Block block) throws E;

    /// The same row by row, for a matrix that is not kept as floats.
    default RowSource rows(Parameters.Block block) throws E {
      return RowSource.of(block, of(block));
    }

    /// The values of a model that is to be trained further, copied.
    ///
    /// @throws IllegalArgumentException if its weights are not floats
    static ParameterSource<RuntimeException> startOf(Model model) {
      model.parameters().requireTrainable();
      return copyOf(model);
    }

    /// The values of a model, copied: for one of the same layers and sizes that is to go on on its
    /// own.
    static ParameterSource<RuntimeException> copyOf(Model model) {
      var parameters = model.parameters();
      return new ParameterSource<>() {
        @Override
        public float[] of(Parameters.Block block) {
          return parameters.elements(same(block));
        }

        @Override
        public RowSource rows(Parameters.Block block) {
          var same = same(block);
          return (i, into) -> parameters.read(same, i, 1, into, 0);
        }

        private Parameters.Block same(Parameters.Block block) {
          var same = parameters.byName().get(block.name());
          if (same == null || !Arrays.equals(same.shape(), block.shape())) {
            throw new IllegalArgumentException(
                "%s is %s, but the model that it is copied from has %s".formatted(block.name(),
                    Arrays.toString(block.shape()),
                    same == null ? "none" : Arrays.toString(same.shape())));
          }
          return same;
        }
      };
    }
  }
}
