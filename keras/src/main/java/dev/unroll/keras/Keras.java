package dev.unroll.keras;

import dev.unroll.Engine;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.Imported;
import dev.unroll.exchange.ImportedLayers;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.format.FormatException;
import dev.unroll.keras.file.KerasFile;
import dev.unroll.keras.file.KerasLayer;
import dev.unroll.keras.file.PlainSentence;
import dev.unroll.keras.network.KerasExport;
import dev.unroll.keras.network.KerasNetwork;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Models and weights that Keras has written: `.keras`, `.h5`, `.hdf5` and `.weights.h5`, of Keras
/// 1 to 3 and of TensorFlow.
///
/// ```java
/// var model = Keras.load(Path.of("gestures.keras")).as(SequenceToVector.class);
/// float[] p = model.predictor().predict(steps);
/// var lstm = Keras.load(Path.of("dtln.h5")).recurrent("lstm_1");   // a layer alone
/// Keras.save(model, Path.of("again.keras"));
/// ```
///
/// A file becomes a model if it is a chain: perhaps an `Embedding`, then `SimpleRNN`s, `LSTM`s or
/// `GRU`s that are alike, each perhaps `Bidirectional`, then perhaps a `Dense`. Activations other
/// than the usual ones become equations of the cell. Where the rest of a network is something else,
/// take its recurrent layers ([#recurrent]) and other arrays ([#arrays]). Files with weights alone
/// do not say all: what is assumed is in the report of [#importAs].
///
/// Immutable; safe for use by several threads.
public final class Keras {
  private final KerasFile file;
  private final @Nullable String gate;
  private final @Nullable Pooling pooling;
  private final @Nullable Outputs outputs;
  private final @Nullable Tokens vocabulary;
  private final @Nullable Tokens labels;

  private Keras(KerasFile file, @Nullable String gate, @Nullable Pooling pooling,
      @Nullable Outputs outputs, @Nullable Tokens vocabulary, @Nullable Tokens labels) {
    this.file = file;
    this.gate = gate;
    this.pooling = pooling;
    this.outputs = outputs;
    this.vocabulary = vocabulary;
    this.labels = labels;
  }

  /// Reads a file; weights are read when they are asked for.
  ///
  /// @throws FormatException one sentence, if it is no file of Keras, damaged, or has links to
  ///     other files, which are not followed
  public static Keras load(Path file) throws IOException {
    return of(KerasFile.read(file));
  }

  /// A file that lies in memory.
  ///
  /// @param source where it is from, for messages
  /// @throws FormatException as [#load]
  public static Keras load(byte[] bytes, String source) throws IOException {
    return of(KerasFile.read(bytes, source));
  }

  private static Keras of(KerasFile file) {
    return new Keras(file, null, null, null, null, null);
  }

  /// Writes a model as a `.keras` file, which `keras.saving.load_model` of Keras 3 reads: a
  /// `Sequential` of layers of Keras alone; vocabulary, labels and loss are where [#load] finds
  /// them again.
  ///
  /// @throws IllegalArgumentException if Keras has no layer for a part of the model; names it; or
  ///     the file is not called `.keras`, as Keras wants it
  /// @throws IOException if it cannot be written
  public static void save(Structure model, Path file) throws IOException {
    if (!file.toString().endsWith(".keras")) {
      throw new IllegalArgumentException(
          "Keras reads models from files that end with .keras; give %s that ending"
              .formatted(file));
    }
    KerasExport.of(model).write(file);
  }

  /// Whether a file is HDF5 or an archive of Keras, as its bytes say.
  public static boolean isKeras(Path file) throws IOException {
    return KerasFile.isKeras(file);
  }

  /// The names of the layers, in the order of the file.
  public List<String> layers() {
    return file.layers().stream().map(KerasLayer::name).toList();
  }

  /// A line for each layer: `lstm_1 LSTM, 3 arrays`.
  public List<String> described() {
    return file.layers().stream().map(layer -> "%s%s, %d array%s".formatted(layer.name(),
        layer.isKnown() ? " " + layer.type() : "", layer.weights().size(),
        layer.weights().size() == 1 ? "" : "s")).toList();
  }

  /// All arrays by their paths in the file.
  public Checkpoint arrays() {
    return file.arrays();
  }

  /// The weights of a layer, in the order of Keras; for a `Dense` its kernel and its bias.
  ///
  /// @throws FormatException if there is no such layer; names those that there are
  public Checkpoint layer(String name) throws FormatException {
    var layer = file.layer(name);
    if (layer == null) {
      throw new FormatException("%s has no layer '%s'; it has %s".formatted(file.source(), name,
          String.join(", ", layers())));
    }
    return new Checkpoint(file.source(), "layer of Keras", true, List.of(), layer.weights());
  }

  /// What the file is: `Keras model`, and which version wrote it.
  public String kind() {
    return file.version().isEmpty() ? file.kind() : file.kind() + " " + file.version();
  }

  /// The `recurrent_activation` of layers where the file has weights alone: `hard_sigmoid`.
  public Keras recurrentActivation(String name) {
    return new Keras(file, name, pooling, outputs, vocabulary, labels);
  }

  /// The same without a layer, for what is behind or before the part that is wanted.
  ///
  /// @throws FormatException if there is no such layer; names those that there are
  public Keras without(String name) throws FormatException {
    layer(name);
    var rest = file.layers().stream().filter(layer -> !layer.name().equals(name)).toList();
    return new Keras(new KerasFile(file.source(), file.kind(), file.version(), rest, file.chain(),
        file.arrays()), gate, pooling, outputs, vocabulary, labels);
  }

  /// How a [SequenceToVector] makes one answer of the outputs of all steps, where the file does not
  /// say it.
  ///
  /// @throws IllegalArgumentException for attention, which has weights of its own
  public Keras pooling(Pooling pooling) {
    if (pooling == Pooling.ATTENTION) {
      throw new IllegalArgumentException(
          "Keras has no layer for our attention pooling; use LAST, MEAN or MAX");
    }
    return new Keras(file, gate, pooling, outputs, vocabulary, labels);
  }

  /// What the outputs are, where the file does not say it, or says it otherwise.
  public Keras outputs(Outputs outputs) {
    return new Keras(file, gate, pooling, outputs, vocabulary, labels);
  }

  /// What the symbols are that are read, in order.
  public Keras vocabulary(List<String> symbols) {
    return new Keras(file, gate, pooling, outputs, Tokens.of(symbols), labels);
  }

  /// What the classes are, in order.
  public Keras labels(List<String> labels) {
    return new Keras(file, gate, pooling, outputs, vocabulary, Tokens.of(labels));
  }

  /// The chain of layers, for programs that make more of it than models.
  ///
  /// @throws FormatException if the layers are none; names the one that is not
  public ForeignNetwork network() throws FormatException {
    try {
      return KerasNetwork.of(file, gate);
    } catch (FormatException e) {
      throw PlainSentence.of(e);
    }
  }

  /// The model.
  ///
  /// @param structure [SequenceToVector] or [SequenceToSequence]
  /// @throws FormatException if the file is no such model: one sentence that names the layer
  public <M extends Structure> M as(Class<M> structure) throws IOException {
    return importAs(structure).model();
  }

  /// The model, and where each of its parameters comes from.
  ///
  /// @param structure [SequenceToVector] or [SequenceToSequence]
  /// @throws FormatException as [#as]
  public <M extends Structure> Imported<M> importAs(Class<M> structure) throws IOException {
    if (structure == SequenceToVector.class) {
      return made(structure, Form.SEQUENCE_TO_VECTOR);
    }
    if (structure == SequenceToSequence.class) {
      return made(structure, Form.SEQUENCE_TO_SEQUENCE);
    }
    throw new IllegalArgumentException(
        "weights of Keras become a SequenceToVector or a SequenceToSequence, not a %s"
            .formatted(structure.getSimpleName()));
  }

  /// A language model, which reads symbols and predicts the next one, with states carried on.
  ///
  /// @throws FormatException as [#as]
  public Imported<SequenceToSequence> importAsLanguageModel() throws IOException {
    return made(SequenceToSequence.class, Form.LANGUAGE_MODEL);
  }

  private <M extends Structure> Imported<M> made(Class<M> structure, Form form)
      throws IOException {
    try {
      var made = NetworkModel.of(network(),
          new Wishes(form, pooling, outputs, vocabulary, labels));
      return new Imported<>(structure.cast(made.model()), made.transfers(), made.remarks());
    } catch (FormatException e) {
      throw PlainSentence.of(e);
    }
  }

  /// A recurrent layer alone, with both directions if it has them: `lstm_1`.
  ///
  /// @throws FormatException if there is none; names those that there are
  public ImportedLayers recurrent(String name) throws IOException {
    return recurrent(name, Engine.of(1));
  }

  /// The same with an engine of the caller.
  public ImportedLayers recurrent(String name, Engine engine) throws IOException {
    return new ImportedLayers(KerasNetwork.layer(file, name, gate), engine);
  }

  @Override
  public String toString() {
    return "%s, %s of %d layers".formatted(file.source(), kind(), file.layers().size());
  }
}
