package dev.unroll.layer;

import dev.unroll.Engine;
import java.util.List;

/// A layer of a model: its sizes and where its parameters lie. Immutable; any number of runs may share
/// its parameters.
public interface Layer {

  /// The size of what comes in, F.
  int inputSize();

  /// The size of what goes out.
  int outputSize();

  /// What gives states their meaning: name, sizes and equations of the layers that have states.
  String definition();

  /// The layers of equations that it is made of, those with states and those without, in the order in
  /// which data passes through them.
  default List<Layer> parts() {
    return List.of();
  }

  /// Whether a sequence may be cut in training: its parts one after another, with states carried on, give
  /// what the whole gives.
  default boolean isDivisible() {
    return true;
  }

  /// Binds the layer to sizes and memory.
  ///
  /// @param engine what computes
  LayerRun run(Engine engine, Bounds bounds);
}
