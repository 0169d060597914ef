package dev.unroll.layer.run;

import dev.unroll.Engine;
import dev.unroll.layer.Layer;

/// A layer that can be bound to sizes and memory.
public interface RunnableLayer extends Layer {

  /// The layer, which must be one that runs.
  ///
  /// @throws IllegalArgumentException if it is a class of the caller's
  static RunnableLayer of(Layer layer) {
    if (layer instanceof RunnableLayer runnable) {
      return runnable;
    }
    throw new IllegalArgumentException(
        "%s cannot be run; take a layer of Model#layers".formatted(layer));
  }

  /// Binds the layer to sizes and memory.
  ///
  /// @param engine the engine that computes
  LayerRun run(Engine engine, Bounds bounds);
}
