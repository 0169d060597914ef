package dev.unroll.layer.wrapper;

import dev.unroll.layer.Layer;
import dev.unroll.layer.run.RunnableLayer;
import java.util.List;

/// A layer around another one, which has the sizes and parameters.
public abstract class WrappedLayer implements RunnableLayer {
  public final RunnableLayer layer;

  public WrappedLayer(RunnableLayer layer) {
    this.layer = layer;
  }

  @Override
  public final int inputSize() {
    return layer.inputSize();
  }

  @Override
  public final int outputSize() {
    return layer.outputSize();
  }

  @Override
  public String definition() {
    return layer.definition();
  }

  @Override
  public final List<Layer> parts() {
    return layer.parts();
  }

  @Override
  public boolean isDivisible() {
    return layer.isDivisible();
  }
}
