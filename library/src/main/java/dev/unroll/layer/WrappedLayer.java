package dev.unroll.layer;

import java.util.List;

/// A layer around another one, which has the sizes and parameters.
abstract class WrappedLayer implements Layer {
  final Layer layer;

  WrappedLayer(Layer layer) {
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
  public final List<Recurrent> recurrent() {
    return layer.recurrent();
  }

  @Override
  public boolean isDivisible() {
    return layer.isDivisible();
  }
}
