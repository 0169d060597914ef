package dev.unroll.model;

import dev.unroll.expr.Cell;
import dev.unroll.expr.Size;
import dev.unroll.kernel.Dimensions;
import dev.unroll.kernel.Engine;
import dev.unroll.layer.Bounds;
import dev.unroll.layer.Dense;
import dev.unroll.layer.Dropout;
import dev.unroll.layer.Embedding;
import dev.unroll.layer.Layer;
import dev.unroll.layer.Recomputed;
import dev.unroll.layer.Recurrent;
import dev.unroll.layer.Stack;
import dev.unroll.layer.Stepper;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A model of symbol sequences: what comes next, given everything before.
///
/// ```
/// x_t = E[s_t]                          embedding
/// h_t = cell(x_t, h_{t−1})              L layers of one cell, dropout between and after them
/// p(s_{t+1} | s_1 … s_t) = softmax(V h_t + c)
/// ```
///
/// Holds the parameters; a [LanguageModelRun] computes. Reading is safe from several threads while
/// nobody trains.
public final class LanguageModel {
  private final Architecture architecture;
  private final Parameters parameters = new Parameters();
  private final Embedding embedding;
  private final Stack stack;
  private final List<Recurrent> learned = new ArrayList<>();

  /// What a language model is made of.
  ///
  /// @param symbols V, the size of the vocabulary
  /// @param embedding the length of a symbol's vector
  /// @param cell the cell of every layer
  /// @param sizes `H`, and the cell's further sizes
  /// @param layers L
  /// @param dropout between and after the layers, a fresh mask for each step
  /// @param maskDrop the probability for the masks that the cell itself names, one for a sequence
  /// @param seed of first values and masks
  public record Architecture(
      int symbols,
      int embedding,
      Cell cell,
      Dimensions sizes,
      int layers,
      double dropout,
      double maskDrop,
      long seed) {

    /// @throws IllegalArgumentException if there is no layer or symbol, or a probability is not one
    public Architecture {
      if (symbols < 2 || embedding < 1 || layers < 1) {
        throw new IllegalArgumentException(
            "%d symbols, embedding %d, %d layers; expected at least 2, 1 and 1"
                .formatted(symbols, embedding, layers));
      }
      if (!(dropout >= 0 && dropout < 1) || !(maskDrop >= 0 && maskDrop < 1)) {
        throw new IllegalArgumentException(
            "dropout %s and mask dropout %s, expected from 0 up to but not 1"
                .formatted(dropout, maskDrop));
      }
    }

    /// One layer of a cell without dropout, vectors of 64 for the symbols, seed 1.
    public static Architecture of(int symbols, Cell cell, int hidden) {
      var sizes = new Dimensions(Map.of(Size.HIDDEN.name(), hidden));
      return new Architecture(symbols, 64, cell, sizes, 1, 0, 0, 1);
    }

    /// The same with L layers.
    public Architecture withLayers(int layers) {
      return new Architecture(symbols, embedding, cell, sizes, layers, dropout, maskDrop, seed);
    }
  }

  /// A model with its first values, drawn from the seed.
  public static LanguageModel initialized(Architecture architecture) {
    var model = new LanguageModel(architecture);
    model.parameters.freeze();
    model.embedding.initialize();
    model.learned.forEach(Recurrent::initialize);
    return model;
  }

  /// The number of parameters that such a model has; takes no memory for them.
  ///
  /// @throws IllegalArgumentException if there are more than fit into an array
  public static int size(Architecture architecture) {
    return new LanguageModel(architecture).parameters.size();
  }

  /// A model with given values. All of them are asked for before memory is taken.
  public static <E extends Exception> LanguageModel of(
      Architecture architecture, Values<E> values) throws E {
    var model = new LanguageModel(architecture);
    var found = new ArrayList<float[]>();
    for (var block : model.parameters.blocks()) {
      found.add(values.of(block));
    }
    model.parameters.freeze();
    for (var block : model.parameters.blocks()) {
      System.arraycopy(found.removeFirst(), 0, model.parameters.values(), block.offset(),
          block.length());
    }
    return model;
  }

  /// Where the values of a model come from.
  public interface Values<E extends Exception> {
    /// The `block.length()` values of a block.
    float[] of(Parameters.Block block) throws E;
  }

  private LanguageModel(Architecture architecture) {
    this.architecture = architecture;
    var random = CounterRandom.of(architecture.seed());
    embedding = new Embedding("embedding", architecture.symbols(), architecture.embedding(),
        parameters, random);
    var layers = new ArrayList<Layer>();
    int inputs = architecture.embedding();
    for (int l = 0; l < architecture.layers(); l++) {
      var recurrent = new Recurrent("layer" + l, architecture.cell(), sizes(inputs), parameters,
          architecture.maskDrop(), random);
      inputs = recurrent.outputSize();
      learned.add(recurrent);
      layers.add(recurrent);
      if (architecture.dropout() > 0) {
        layers.add(new Dropout("dropout" + l, inputs, architecture.dropout(), random));
      }
    }
    var dense = Dense.layer("output", inputs, architecture.symbols(), parameters, random);
    learned.add(dense);
    layers.add(dense);
    stack = new Stack(layers);
  }

  private Dimensions sizes(int inputs) {
    var elements = new HashMap<>(architecture.sizes().elements());
    elements.put(Size.INPUT.name(), inputs);
    return new Dimensions(elements);
  }

  /// What it is made of.
  public Architecture architecture() {
    return architecture;
  }

  /// All parameters.
  public Parameters parameters() {
    return parameters;
  }

  /// The layers on the vectors of the symbols.
  public Stack layers() {
    return stack;
  }

  Embedding embedding() {
    return embedding;
  }

  /// Binds the model to sizes and memory.
  ///
  /// @param time the largest number of steps of a call
  /// @param batch the number of sequences side by side
  public LanguageModelRun run(Engine engine, int time, int batch, boolean training) {
    return run(engine, Bounds.of(time, batch, training));
  }

  /// As the other way to bind it; with [Bounds#probed] every recurrent layer is traced. A call may have
  /// no padding.
  public LanguageModelRun run(Engine engine, Bounds bounds) {
    return new LanguageModelRun(this, stack, engine, bounds);
  }

  /// Binds the model for training with less memory: only the states between segments of the sequence
  /// are kept, all else is computed again on the way back ([Recomputed]).
  ///
  /// @param segment the steps of a segment; 0 to keep everything
  public LanguageModelRun trainingRun(Engine engine, int time, int batch, int segment) {
    var layers = segment == 0 ? stack : new Recomputed(stack, segment);
    return new LanguageModelRun(this, layers, engine, Bounds.of(time, batch, true));
  }

  /// Binds the model for reading symbol by symbol.
  ///
  /// @param batch how many texts are read at once; a call may have any number. 1 for one text
  public LanguageModelStepper stepper(Engine engine, int batch) {
    return new LanguageModelStepper(this, new Stepper(stack, engine, batch));
  }

  @Override
  public String toString() {
    return "embedding(%d → %d)\n%s\n%,d parameters".formatted(
        embedding.symbols(), embedding.size(), stack, parameters.size());
  }
}
