package dev.unroll.exchange;

import dev.unroll.Engine;
import dev.unroll.data.DataException;
import dev.unroll.exchange.checkpoint.Transfer;
import dev.unroll.exchange.network.NetworkLayers;
import dev.unroll.layer.Layer;
import dev.unroll.layer.run.Bounds;
import dev.unroll.layer.run.LayerRun;
import dev.unroll.layer.run.Span;
import dev.unroll.layer.stepping.Stepper;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.OneCaller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Recurrent layers of a checkpoint without anything around them, for programs that have the rest
/// themselves: as a whole sequence ([#run]) or step by step ([#stepper]).
///
/// One thread at a time may call [#run]; overlapping calls are refused. Steppers are independent.
public final class ImportedLayers {
  private final OneCaller caller = new OneCaller("ImportedLayers",
      "import the layers once for each thread");
  private final NetworkLayers layers;
  private final Engine engine;
  private @Nullable LayerRun run;
  private int longest;

  /// For those who read other files; users get one of [PyTorch#recurrent].
  public ImportedLayers(NetworkLayers layers, Engine engine) {
    this.layers = layers;
    this.engine = engine;
  }

  /// The layers as one, to be stepped or looked at.
  public Layer layer() {
    return layers.layer();
  }

  /// The weights, in the order and under the names of ours.
  public Parameters parameters() {
    return layers.parameters();
  }

  /// For each parameter where its values come from.
  public List<Transfer> transfers() {
    return layers.transfers();
  }

  /// A stepper of the layers, for one key or many.
  ///
  /// @throws UnsupportedOperationException at its first step, if the layers have two directions
  public Stepper stepper() {
    return new Stepper(layers.layer(), engine, 1);
  }

  /// The outputs of the last layer at each step of a sequence that begins with zero states.
  ///
  /// @param steps `[T, F]`
  /// @return `[T, H]`, or `[T, 2·H]` of two directions
  /// @throws DataException if there is no step, or one has another length
  public float[][] run(float[][] steps) {
    int inputs = layers.layer().inputSize();
    int outputs = layers.layer().outputSize();
    if (steps.length == 0) {
      throw new DataException("a sequence without steps, expected at least one");
    }
    caller.enter();
    try {
      var x = Rows.allocate(steps.length, inputs);
      for (int t = 0; t < steps.length; t++) {
        if (steps[t].length != inputs) {
          throw new DataException("step %d has %d numbers, expected %d".formatted(t,
              steps[t].length, inputs));
        }
        System.arraycopy(steps[t], 0, x.array(), t * inputs, inputs);
      }
      var bound = bound(steps.length);
      bound.begin();
      var y = bound.forward(x, Span.of(steps.length));
      float[][] all = new float[steps.length][outputs];
      for (int t = 0; t < steps.length; t++) {
        System.arraycopy(y.array(), y.offset() + t * outputs, all[t], 0, outputs);
      }
      return all;
    } finally {
      caller.leave();
    }
  }

  private LayerRun bound(int time) {
    var bound = run;
    if (bound == null || time > longest) {
      bound = layers.layer().run(engine, Bounds.of(time, 1, false).within());
      bound.load();
      run = bound;
      longest = time;
    }
    return bound;
  }

  @Override
  public String toString() {
    return layers.layer().toString();
  }
}
