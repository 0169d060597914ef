package dev.unroll.inspect;

import dev.unroll.Engine;
import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.layer.probe.Probe;
import dev.unroll.layer.probe.Probes;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Generative;
import dev.unroll.model.Model;
import dev.unroll.model.ModelBounds;
import dev.unroll.model.ModelRun;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The model that a [Microscope] inspects, with the examples that it reads. It runs as in
/// prediction, without dropout and penalties; its parameters do not change.
final class Subject {
  /// The number of steps of the past that are read in one call.
  private static final int AT_ONCE = 128;

  private final Model model;
  private final int[] past;

  private Subject(Model model, int[] past) {
    this.model = model;
    this.past = past;
  }

  /// A model that learns from examples.
  static Subject of(Model model) {
    return new Subject(model, new int[0]);
  }

  /// A model of symbols with carried states; its examples are texts
  /// ([dev.unroll.data.Batches#next]) that continue the past.
  ///
  /// Any window of a text that is too long to be kept can be inspected this way: the text before it
  /// is read again whenever states are needed, and only the states are kept. Gradients are those of
  /// the targets within the window.
  ///
  /// @param past the symbols that it reads first; empty for the beginning of a text
  /// @throws IllegalArgumentException if there is a past, but the model cannot carry states
  static Subject of(SequenceToSequence model, int... past) {
    if (past.length > 0 && !model.isDivisible()) {
      throw new IllegalArgumentException(
          "a model of two directions has no states to carry on from a past; leave it out");
    }
    return new Subject(model, past.clone());
  }

  /// The parameters of the model.
  Parameters parameters() {
    return model.parameters();
  }

  /// The layers with states, in the order of the data flow.
  List<Recurrent> recurrent() {
    return model.layers().stream().flatMap(layer -> Recurrent.in(layer).stream())
        .filter(layer -> !layer.cell().states().isEmpty()).toList();
  }

  /// Binds the model for gradients.
  Pass bind(Engine engine, Size size, @Nullable Probes probes) {
    var bounds = new ModelBounds(size.time(), size.targetTime(), size.batch(), true)
        .probed(probes).deterministic(true);
    return new Pass(model.run(engine, bounds), size.batch(), begin(engine));
  }

  /// The states at the end of the past; nothing else of it is kept.
  private List<float[]> begin(Engine engine) {
    var states = new ArrayList<float[]>();
    if (past.length == 0) {
      return states;
    }
    int time = Math.min(AT_ONCE, past.length);
    var reading = model.run(engine, new ModelBounds(time, time, 1, false));
    for (int from = 0; from < past.length; from += AT_ONCE) {
      var part = new Values.Symbols(
          Arrays.copyOfRange(past, from, Math.min(from + AT_ONCE, past.length)));
      reading.predict(Batch.of(List.of(new Example(part, part))).asStream(from > 0));
    }
    for (var rows : reading.states().values()) {
      states.add(Arrays.copyOfRange(
          rows.array(), rows.offset(), rows.offset() + rows.columns()));
    }
    return states;
  }

  /// The step of the layer's run at which the backward pass begins for a target. For a layer of an
  /// encoder, it is its last step.
  ///
  /// @param position the step of the example's target
  int askedAt(Probe probe, Example example, int position) {
    int last = probe.steps() - 1;
    if (writes(probe.layer())) {
      return position;
    }
    if (model instanceof SequenceToVector || model instanceof Generative) {
      return probe.reversed() ? last : example.input().length() - 1;
    }
    return probe.reversed() ? last - position : position;
  }

  /// Whether the layer belongs to a decoder, so that its steps are those of the target.
  boolean writes(String layer) {
    return model instanceof Generative
        && !(model instanceof EncoderDecoder && layer.startsWith("encoder."));
  }

  /// The bytes that binding would take: the recurrent layers, and all other layers with equations.
  double bytes(Size size) {
    double bytes = 0;
    for (var layer : model.layers()) {
      for (var one : Recurrent.in(layer)) {
        var bounds = Bounds.of(writes(one.name()) ? size.targetTime() : size.time(), size.batch(),
            true);
        bytes += one.bytes(bounds.probed(new Probes()));
      }
    }
    return bytes;
  }

  /// The largest number of steps and samples of a pass.
  ///
  /// @param time of the input
  /// @param targetTime of the target
  record Size(int time, int targetTime, int batch) {
    static Size of(List<Example> examples, int batch) {
      int time = 1;
      int targetTime = 1;
      for (var example : examples) {
        time = Math.max(time, example.input().length());
        targetTime = Math.max(targetTime, example.target().length());
      }
      return new Size(time, targetTime, batch);
    }

    Size withBatch(int batch) {
      return new Size(time, targetTime, batch);
    }
  }

  /// A model bound to memory.
  ///
  /// @param start the initial states of each example; empty for those of the model
  record Pass(ModelRun run, int batch, List<float[]> start) {
    /// The forward and the backward pass; adds to the gradients of the parameters.
    ///
    /// @param examples at most B
    /// @param positions for each sample the only step of the target that counts; null for all
    Score run(List<Example> examples, int @Nullable [] positions) {
      run.load();
      var all = Batch.of(examples, batch);
      if (!start.isEmpty()) {
        restart();
        all = all.asStream(true);
      }
      if (positions == null) {
        return run.train(all, 0);
      }
      int[] steps = new int[batch];
      System.arraycopy(positions, 0, steps, 0, positions.length);
      return run.train(all, 0, steps);
    }

    private void restart() {
      var states = List.copyOf(run.states().values());
      for (int i = 0; i < start.size(); i++) {
        var rows = states.get(i);
        for (int b = 0; b < batch; b++) {
          System.arraycopy(start.get(i), 0, rows.array(), rows.offset() + b * rows.columns(),
              rows.columns());
        }
      }
    }

    long bytes() {
      return run.bytes();
    }
  }

  @Override
  public String toString() {
    return model.toString();
  }
}
