package dev.unroll.model.part;

import dev.unroll.layer.Layer;
import dev.unroll.layer.attention.AttentionLayer;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import java.util.ArrayList;
import java.util.List;

/// The parts of a model while it is built, in order: its parameters, its layers, and how their
/// initial values are drawn.
public final class Assembly {
  private final Parameters parameters;
  private final CounterRandom random;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Runnable> starts = new ArrayList<>();

  /// An empty assembly.
  ///
  /// @param seed of initial values and masks
  /// @param precision of the matrices
  public Assembly(long seed, Precision precision) {
    parameters = new Parameters(precision);
    random = CounterRandom.of(seed);
  }

  public Parameters parameters() {
    return parameters;
  }

  public CounterRandom random() {
    return random;
  }

  public List<Layer> layers() {
    return List.copyOf(layers);
  }

  /// Adds the layers of a recurrent stack.
  public StackLayers add(StackLayers trunk) {
    layers.add(trunk.layer());
    trunk.learned().forEach(recurrent -> starts.add(recurrent::initialize));
    return trunk;
  }

  /// Adds a layer.
  public Recurrent add(Recurrent layer) {
    layers.add(layer);
    starts.add(layer::initialize);
    return layer;
  }

  /// Adds an attention.
  public AttentionLayer add(AttentionLayer attention) {
    layers.addAll(attention.layers());
    starts.add(attention::initialize);
    return attention;
  }

  /// Adds the initialization of parameters that belong to no layer.
  public void add(Runnable start) {
    starts.add(start);
  }

  /// Draws the initial values.
  ///
  /// @throws IllegalArgumentException if they are not stored as floats
  public void initialize() {
    parameters.requireTrainable();
    parameters.freeze();
    starts.forEach(Runnable::run);
  }
}
