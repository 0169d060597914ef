package dev.unroll.layer;

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
  public boolean isDivisible() {
    return layer.isDivisible();
  }
}
