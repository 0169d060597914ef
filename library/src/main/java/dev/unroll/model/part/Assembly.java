package dev.unroll.model.part;

import dev.unroll.layer.Layer;
import dev.unroll.layer.attention.Attention;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;

/// What a model is put together of, in order: its parameters, its layers, and how their initial values
/// are drawn.
public final class Assembly {
  private final Parameters parameters = new Parameters();
  private final CounterRandom random;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Runnable> starts = new ArrayList<>();

  /// Of nothing.
  ///
  /// @param seed of initial values and masks
  public Assembly(long seed) {
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

  /// Notes the layers of a body.
  public StackLayers add(StackLayers trunk) {
    layers.add(trunk.layer());
    trunk.learned().forEach(recurrent -> starts.add(recurrent::initialize));
    return trunk;
  }

  /// Notes a layer.
  public Recurrent add(Recurrent layer) {
    layers.add(layer);
    starts.add(layer::initialize);
    return layer;
  }

  /// Notes an attention.
  public Attention add(Attention attention) {
    layers.addAll(attention.layers());
    starts.add(attention::initialize);
    return attention;
  }

  /// Notes how parameters that are in no layer get their initial values.
  public void add(Runnable start) {
    starts.add(start);
  }

  /// Draws the initial values.
  public void initialize() {
    parameters.freeze();
    starts.forEach(Runnable::run);
  }
}
