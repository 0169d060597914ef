package dev.unroll.layer.recurrent;

import dev.unroll.Engine;
import dev.unroll.layer.Layer;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.GuardedRun;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.ReadsPresent;
import dev.unroll.layer.run.RunnableLayer;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.wrapper.Dropout;
import dev.unroll.tensor.Rows;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A stack of layers: the output of each is the input of the next.
public final class Stack implements RunnableLayer {
  private final List<RunnableLayer> layers;

  /// @throws IllegalArgumentException if the sizes of adjacent layers do not fit
  public Stack(List<? extends RunnableLayer> layers) {
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
  public List<RunnableLayer> layers() {
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
    return layers.stream().map(RunnableLayer::definition).collect(Collectors.joining("\n"));
  }

  @Override
  public List<Layer> parts() {
    return layers.stream().flatMap(layer -> layer.parts().stream()).toList();
  }

  @Override
  public boolean isDivisible() {
    return layers.stream().allMatch(RunnableLayer::isDivisible);
  }

  @Override
  public LayerRun run(Engine engine, Bounds bounds) {
    return GuardedRun.of(new Run(layers.stream().map(l -> l.run(engine, bounds.within()))
        .toArray(LayerRun[]::new)), this, bounds);
  }

  @Override
  public String toString() {
    return layers.stream().map(RunnableLayer::toString).collect(Collectors.joining("\n"));
  }

  private static final class Run implements LayerRun, ReadsPresent {
    private final LayerRun[] runs;

    Run(LayerRun[] runs) {
      this.runs = runs;
      for (int i = 1; i < runs.length; i++) {
        trust(runs[i]);
      }
    }

    private static void trust(LayerRun run) {
      if (run instanceof ReadsPresent reads) {
        reads.trustInput();
      }
    }

    @Override
    public void trustInput() {
      trust(runs[0]);
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
    public Rows forwardStep(Rows x, int t, Span span) {
      var y = x;
      for (var run : runs) {
        y = run.forwardStep(y, t, span);
      }
      return y;
    }

    @Override
    public Rows backwardStep(Rows dy, int t, Span span) {
      var dx = dy;
      for (int i = runs.length - 1; i >= 0; i--) {
        dx = runs[i].backwardStep(dx, t, span);
      }
      return dx;
    }

    @Override
    public void gradients(Span span) {
      for (int i = runs.length - 1; i >= 0; i--) {
        runs[i].gradients(span);
      }
    }

    /// Dropout applies to the last output of the layer below, as only that layer knows its
    /// directions.
    @Override
    public Rows last(Span span) {
      int top = belowDropout();
      var y = runs[top].last(span);
      for (int i = top + 1; i < runs.length; i++) {
        y = ((Dropout.Run) runs[i]).lastOf(y, span);
      }
      return y;
    }

    @Override
    public void backwardLast(Rows dLast, Span span) {
      int top = belowDropout();
      var d = dLast;
      for (int i = runs.length - 1; i > top; i--) {
        d = ((Dropout.Run) runs[i]).lastOf(d, span);
      }
      runs[top].backwardLast(d, span);
    }

    private int belowDropout() {
      int top = runs.length - 1;
      while (top > 0 && runs[top] instanceof Dropout.Run) {
        top--;
      }
      return top;
    }

    @Override
    public List<StateRows> stateGradients() {
      return Stream.of(runs).flatMap(run -> run.stateGradients().stream()).toList();
    }

    @Override
    public void begin() {
      for (var run : runs) {
        run.begin();
      }
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
    public double penalty() {
      double sum = 0;
      for (var run : runs) {
        sum += run.penalty();
      }
      return sum;
    }

    @Override
    public long bytes() {
      return Stream.of(runs).mapToLong(LayerRun::bytes).sum();
    }
  }
}
