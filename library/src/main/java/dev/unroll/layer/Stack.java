package dev.unroll.layer;

import dev.unroll.kernel.Engine;
import dev.unroll.tensor.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Layers one on another: what one puts out is what the next takes in.
public final class Stack implements Layer {
  private final List<Layer> layers;

  /// @throws IllegalArgumentException if the sizes of neighbours do not fit
  public Stack(List<? extends Layer> layers) {
    this.layers = List.copyOf(layers);
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).inputSize() != layers.get(i - 1).outputSize()) {
        throw new IllegalArgumentException("layer %d, %s, takes %d features, but %s puts out %d"
            .formatted(i, layers.get(i), layers.get(i).inputSize(), layers.get(i - 1),
                layers.get(i - 1).outputSize()));
      }
    }
  }

  /// The layers, the first one at the input.
  public List<Layer> layers() {
    return layers;
  }

  @Override
  public int inputSize() {
    return layers.getFirst().inputSize();
  }

  @Override
  public int outputSize() {
    return layers.getLast().outputSize();
  }

  @Override
  public LayerRun run(Engine engine, int time, int batch, boolean training) {
    return new Run(layers.stream().map(l -> l.run(engine, time, batch, training)).toList());
  }

  @Override
  public String toString() {
    return layers.stream().map(Layer::toString).collect(Collectors.joining("\n"));
  }

  private record Run(List<LayerRun> runs) implements LayerRun {
    @Override
    public void load() {
      runs.forEach(LayerRun::load);
    }

    @Override
    public Rows forward(Rows x, int steps, long draw) {
      var y = x;
      for (var run : runs) {
        y = run.forward(y, steps, draw);
      }
      return y;
    }

    @Override
    public Rows backward(Rows dy, int steps) {
      var dx = dy;
      for (var run : runs.reversed()) {
        dx = run.backward(dx, steps);
      }
      return dx;
    }

    @Override
    public List<State> states() {
      var states = new ArrayList<State>();
      runs.forEach(run -> states.addAll(run.states()));
      return states;
    }

    @Override
    public void carry(int steps) {
      runs.forEach(run -> run.carry(steps));
    }

    @Override
    public long bytes() {
      return runs.stream().mapToLong(LayerRun::bytes).sum();
    }
  }
}
