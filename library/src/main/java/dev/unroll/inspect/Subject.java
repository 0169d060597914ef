package dev.unroll.inspect;

import dev.unroll.data.Example;
import dev.unroll.data.Values;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Layer;
import dev.unroll.layer.Probe;
import dev.unroll.layer.Probes;
import dev.unroll.layer.Recurrent;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Model;
import dev.unroll.model.Score;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is put under the [Microscope]: a model, with the examples that it reads. It is looked at as it
/// predicts, without dropout and penalties; its parameters stay as they are.
public abstract sealed class Subject permits ModelSubject, LanguageModelSubject {
  private final Parameters parameters;
  private final List<Layer> layers;

  Subject(Parameters parameters, List<Layer> layers) {
    this.parameters = parameters;
    this.layers = layers;
  }

  /// A model that learns from examples.
  public static Subject of(Model model) {
    return new ModelSubject(model);
  }

  /// A language model; its examples are texts ([#text]), which go on from what it has read.
  ///
  /// Of a text that is too long to be kept, any window can be looked at so: what stands before it is read
  /// again whenever states are needed, and only they are kept. Gradients are those of what is asked within
  /// the window.
  ///
  /// @param past symbols that it reads first; none for the beginning of a text
  public static Subject of(LanguageModel model, int... past) {
    return new LanguageModelSubject(model, past.clone());
  }

  /// A text as an example for a language model: at each symbol but the last, what follows is asked.
  ///
  /// @param symbols `[T + 1]`, at least two
  public static Example text(int... symbols) {
    if (symbols.length < 2) {
      throw new IllegalArgumentException(
          "a text of %d symbols; expected at least 2, one that follows another"
              .formatted(symbols.length));
    }
    return new Example(new Values.Symbols(Arrays.copyOf(symbols, symbols.length - 1)),
        new Values.Symbols(Arrays.copyOfRange(symbols, 1, symbols.length)));
  }

  /// The parameters of the model.
  final Parameters parameters() {
    return parameters;
  }

  /// The layers with states, in the order in which data passes through them.
  final List<Recurrent> recurrent() {
    return layers.stream().flatMap(layer -> layer.recurrent().stream())
        .filter(layer -> !layer.cell().states().isEmpty()).toList();
  }

  /// Binds the model for gradients.
  abstract Pass bind(Engine engine, Size size, @Nullable Probes probes);

  /// The step of the layer's run at which an answer is asked: where the way back begins for it. Of a layer
  /// that reads what is answered later on, it is its last step.
  ///
  /// @param position the step of the example's target
  abstract int askedAt(Probe probe, Example example, int position);

  /// Whether the layer writes what is asked, so that its steps are those of the target.
  abstract boolean writes(String layer);

  /// The bytes that binding would take: the recurrent layers, and all others that have equations.
  final double bytes(Size size) {
    double bytes = 0;
    for (var layer : layers) {
      for (var one : layer.recurrent()) {
        var bounds = Bounds.of(writes(one.name()) ? size.targetTime() : size.time(), size.batch(),
            true);
        bytes += one.bytes(bounds.probed(new Probes()));
      }
    }
    return bytes;
  }

  /// How many steps and samples a pass has at most.
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
  interface Pass {
    /// Forward and back; adds to the gradients of the parameters.
    ///
    /// @param examples at most B
    /// @param positions for each sample the step of the target that alone is asked; null for all
    Score run(List<Example> examples, int @Nullable [] positions);

    long bytes();
  }
}
