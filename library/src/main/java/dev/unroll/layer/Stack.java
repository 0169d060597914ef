package dev.unroll.layer;

import dev.unroll.kernel.Engine;
import dev.unroll.tensor.Rows;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  public String definition() {
    return layers.stream().map(Layer::definition).collect(Collectors.joining("\n"));
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    return new Run(layers.stream().map(l -> l.run(engine, bounds))
        .toArray(LayerRun[]::new));
  }

  @Override
  public String toString() {
    return layers.stream().map(Layer::toString).collect(Collectors.joining("\n"));
  }

  private static final class Run implements LayerRun {
    private final LayerRun[] runs;

    Run(LayerRun[] runs) {
      this.runs = runs;
    }

    @Override
    public void load() {
      for (var run : runs) {
        run.load();
      }
    }

    @Override
    public Rows forward(Rows x, Span span) {
      var y = x;
      for (var run : runs) {
        y = run.forward(y, span);
      }
      return y;
    }

    @Override
    public Rows step(Rows x, int samples) {
      var y = x;
      for (var run : runs) {
        y = run.step(y, samples);
      }
      return y;
    }

    @Override
    public Rows backward(Rows dy, Span span, boolean goesOn) {
      var dx = dy;
      for (int i = runs.length - 1; i >= 0; i--) {
        dx = runs[i].backward(dx, span, goesOn);
      }
      return dx;
    }

    @Override
    public List<StateRows> states() {
      return Stream.of(runs).flatMap(run -> run.states().stream()).toList();
    }

    @Override
    public List<StateRows> statesAfter(int steps) {
      return Stream.of(runs).flatMap(run -> run.statesAfter(steps).stream()).toList();
    }

    @Override
    public void carry(int steps) {
      for (var run : runs) {
        run.carry(steps);
      }
    }

    @Override
    public long bytes() {
      return Stream.of(runs).mapToLong(LayerRun::bytes).sum();
    }
  }
}
