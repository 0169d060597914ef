package dev.unroll.model;

import dev.unroll.kernel.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.tensor.Parameters;
import java.util.List;

/// A model that learns from examples: an input, which is a sequence or a vector, and a target, which is
/// either. It holds the parameters; a [ModelRun] computes. Reading is safe from several threads while
/// nobody trains.
public interface Model {

  /// All parameters, with their first values drawn.
  Parameters parameters();

  /// The layers in the order in which data passes through them.
  List<Layer> layers();

  /// Binds the model to sizes and memory.
  ModelRun run(Engine engine, ModelBounds bounds);
}
