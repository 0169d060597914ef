package dev.unroll.layer;

import java.util.List;

/// A layer of a model: its sizes and the location of its parameters. Immutable; any number of runs
/// may share its parameters.
public interface Layer {

  /// F, the size of the input.
  int inputSize();

  /// The size of the output.
  int outputSize();

  /// Identifies the meaning of the states: name, sizes and equations of the layers that have
  /// states.
  String definition();

  /// The recurrent and dense layers that it is made of, in the order in
  /// which data passes through them.
  default List<Layer> parts() {
    return List.of();
  }

  /// Whether a sequence may be cut in training: whether its parts one after another, with carried
  /// states, give the same result as the whole.
  default boolean isDivisible() {
    return true;
  }
}
