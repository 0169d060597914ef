package dev.unroll.exchange;

import dev.unroll.Engine;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkLayers;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.exchange.torch.TorchExport;
import dev.unroll.exchange.torch.TorchNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Weights with PyTorch's names, and models of ours.
///
/// ```java
/// var model = PyTorch.load(Path.of("gestures.pt")).as(SequenceToVector.class);
/// float[] p = model.predictor().predict(steps);
/// PyTorch.save(model, Path.of("gestures.safetensors"));      // and gestures.py, which loads it
/// ```
///
/// A checkpoint is a `.pt` or `.pth` file of `torch.save`, old or new, with a state dict or one
/// inside; a TorchScript archive; or a safetensors file. Its pickle is read by a reader of our own,
/// which executes nothing. It becomes a model if it is a chain: perhaps an `nn.Embedding`, then
/// `nn.RNN`s, `nn.LSTM`s or `nn.GRU`s (or cells of them) that are alike, then perhaps an
/// `nn.Linear`. Where the rest of a network is something else, take its recurrent layers
/// ([#recurrent]).
///
/// What weights do not say has a default: one answer is computed from the last states
/// ([#pooling]), an output layer of several numbers gives logits of classes ([#outputs]), an
/// `nn.RNN` has tanh ([#rectified]). Immutable; safe for use by several threads.
public final class PyTorch {
  private final Checkpoint checkpoint;
  private final boolean rectified;
  private final @Nullable Pooling pooling;
  private final @Nullable Outputs outputs;
  private final @Nullable Tokens vocabulary;
  private final @Nullable Tokens labels;

  private PyTorch(Checkpoint checkpoint, boolean rectified, @Nullable Pooling pooling,
      @Nullable Outputs outputs, @Nullable Tokens vocabulary, @Nullable Tokens labels) {
    this.checkpoint = checkpoint;
    this.rectified = rectified;
    this.pooling = pooling;
    this.outputs = outputs;
    this.vocabulary = vocabulary;
    this.labels = labels;
  }

  /// Reads a checkpoint; its tensors are read when a model is made.
  ///
  /// @throws FormatException one sentence, if it is no intact checkpoint, or its pickle calls a
  ///     name that weights do not need
  public static PyTorch load(Path file) throws IOException {
    return of(Checkpoints.read(file));
  }

  /// Weights that were read.
  public static PyTorch of(Checkpoint checkpoint) {
    return new PyTorch(checkpoint, false, null, null, null, null);
  }

  /// Writes a model as a safetensors file with PyTorch's names, and beside it a Python file of the
  /// same name that defines the module in plain PyTorch and loads it.
  ///
  /// @throws IllegalArgumentException if PyTorch has no module for a part of the model; names it
  /// @throws IOException if it cannot be written
  public static void save(Structure model, Path file) throws IOException {
    TorchExport.of(model).write(file, moduleFile(file));
  }

  /// The Python file that [#save] writes beside a file of weights.
  public static Path moduleFile(Path file) {
    var name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.replaceFirst("(?<=.)\\.[^.]*$", "") + ".py");
  }

  /// The tensors.
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  private PyTorch with(Checkpoint tensors) {
    return new PyTorch(tensors, rectified, pooling, outputs, vocabulary, labels);
  }

  /// Only what lies under a prefix: `encoder`.
  public PyTorch only(String prefix) {
    return with(checkpoint.under(prefix));
  }

  /// Everything but what lies under a prefix, and a tensor of that name.
  public PyTorch without(String prefix) {
    return with(checkpoint.without(prefix));
  }

  /// For `nn.RNN(nonlinearity='relu')`.
  public PyTorch rectified() {
    return new PyTorch(checkpoint, true, pooling, outputs, vocabulary, labels);
  }

  /// How a [SequenceToVector] makes one answer of the outputs of all steps.
  ///
  /// @throws IllegalArgumentException for attention, which has weights of its own
  public PyTorch pooling(Pooling pooling) {
    if (pooling == Pooling.ATTENTION) {
      throw new IllegalArgumentException(
          "PyTorch has no module for our attention pooling; use LAST, MEAN or MAX");
    }
    return new PyTorch(checkpoint, rectified, pooling, outputs, vocabulary, labels);
  }

  /// What the outputs are: `Outputs.numbers(3)`.
  public PyTorch outputs(Outputs outputs) {
    return new PyTorch(checkpoint, rectified, pooling, outputs, vocabulary, labels);
  }

  /// What the symbols are that are read, in order.
  public PyTorch vocabulary(List<String> symbols) {
    return new PyTorch(checkpoint, rectified, pooling, outputs, Tokens.of(symbols), labels);
  }

  /// What the classes are, in order.
  public PyTorch labels(List<String> labels) {
    return new PyTorch(checkpoint, rectified, pooling, outputs, vocabulary, Tokens.of(labels));
  }

  /// The chain of layers that was found.
  ///
  /// @throws FormatException if there is none, or a tensor does not fit
  ForeignNetwork network() throws FormatException {
    return TorchNetwork.of(checkpoint, rectified);
  }

  /// The model.
  ///
  /// @param structure [SequenceToVector] or [SequenceToSequence]
  /// @throws FormatException if the checkpoint is no such model: one sentence that names the
  ///     tensor, what it is and what was expected
  public <M extends Structure> M as(Class<M> structure) throws IOException {
    return importAs(structure).model();
  }

  /// The model, and where each of its parameters comes from.
  ///
  /// @param structure [SequenceToVector] or [SequenceToSequence]
  /// @throws FormatException as [#as]
  public <M extends Structure> Imported<M> importAs(Class<M> structure) throws IOException {
    Form form;
    if (structure == SequenceToVector.class) {
      form = Form.SEQUENCE_TO_VECTOR;
    } else if (structure == SequenceToSequence.class) {
      form = Form.SEQUENCE_TO_SEQUENCE;
    } else {
      throw new IllegalArgumentException(
          "weights of PyTorch become a SequenceToVector or a SequenceToSequence, not a %s"
              .formatted(structure.getSimpleName()));
    }
    return made(structure, form);
  }

  /// A language model, which reads symbols and predicts the next one, with states carried on.
  ///
  /// @throws FormatException as [#as]
  public Imported<SequenceToSequence> importAsLanguageModel() throws IOException {
    return made(SequenceToSequence.class, Form.LANGUAGE_MODEL);
  }

  private <M extends Structure> Imported<M> made(Class<M> structure, Form form)
      throws IOException {
    var made = NetworkModel.of(network(), new Wishes(form, pooling, outputs, vocabulary, labels));
    return new Imported<>(structure.cast(made.model()), made.transfers(), made.remarks());
  }

  /// The recurrent module at a path alone, all of its layers and directions: `encoder.rnn`. A
  /// module of cells is a path for each: `cells.0`.
  ///
  /// @param path an empty one for a checkpoint of the module itself
  /// @throws FormatException if there is none; names those that there are
  public ImportedLayers recurrent(String path) throws IOException {
    return recurrent(path, Engine.of(1));
  }

  /// The same with an engine of the caller.
  public ImportedLayers recurrent(String path, Engine engine) throws IOException {
    return new ImportedLayers(NetworkLayers.of(checkpoint.source(),
        TorchNetwork.layers(checkpoint, path, rectified)), engine);
  }
}
