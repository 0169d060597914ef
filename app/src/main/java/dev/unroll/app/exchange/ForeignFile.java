package dev.unroll.app.exchange;

import dev.unroll.exchange.Checkpoints;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.exchange.tensorflow.BasicLstmNetwork;
import dev.unroll.exchange.tensorflow.VariableFolder;
import dev.unroll.exchange.torch.TorchNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.keras.Keras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of another program, opened: weights with PyTorch's names, an ONNX graph, a file of Keras,
/// or a folder of TensorFlow's variables.
sealed interface ForeignFile {

  /// Reads a file.
  ///
  /// @throws FormatException if it is of no known kind, damaged, or has no such parts
  static ForeignFile read(Path file, @Nullable String part, @Nullable String prefix,
      List<String> leftOut) throws IOException {
    if (OnnxNetwork.isOnnx(file)) {
      if (part != null || prefix != null || !leftOut.isEmpty()) {
        throw new IllegalArgumentException(
            "--part, --prefix and --leave-out are for weights by name; an ONNX file is a graph");
      }
      return new Graph(OnnxNetwork.read(file));
    }
    if (Files.isDirectory(file)) {
      requireWhole(part, prefix);
      return new Variables(leftOut(VariableFolder.read(file), file, leftOut));
    }
    if (Keras.isKeras(file)) {
      requireWhole(part, prefix);
      var keras = Keras.load(file);
      for (var name : leftOut) {
        keras = keras.without(name);
      }
      return new Layers(keras);
    }
    var checkpoint = Checkpoints.read(file, part);
    if (prefix != null) {
      var all = checkpoint;
      checkpoint = checkpoint.under(prefix);
      if (checkpoint.tensors().isEmpty()) {
        throw new FormatException("%s has no tensor under '%s'; the first is %s".formatted(
            file, prefix, all.tensors().firstEntry() == null ? "none"
                : all.tensors().firstEntry().getKey()));
      }
    }
    return new Weights(leftOut(checkpoint, file, leftOut));
  }

  private static void requireWhole(@Nullable String part, @Nullable String prefix) {
    if (part != null || prefix != null) {
      throw new IllegalArgumentException(
          "--part and --prefix are for checkpoints of PyTorch; --leave-out takes a layer out of a"
              + " file of Keras");
    }
  }

  private static Checkpoint leftOut(Checkpoint all, Path file, List<String> names)
      throws FormatException {
    var checkpoint = all;
    for (var name : names) {
      int before = checkpoint.tensors().size();
      checkpoint = checkpoint.without(name);
      if (checkpoint.tensors().size() == before) {
        throw new FormatException("%s has nothing called %s to leave out".formatted(file, name));
      }
    }
    return checkpoint;
  }

  /// The path.
  String source();

  /// What the file is.
  String kind();

  /// What it is, in a line.
  String title();

  /// All that is in it.
  List<String> listed();

  /// The chain of layers in it.
  ///
  /// @throws FormatException if there is none
  ForeignNetwork network(Unsaid unsaid) throws IOException;

  /// What weights do not say.
  ///
  /// @param rectified whether an `nn.RNN` has `nonlinearity='relu'`
  /// @param gate the `recurrent_activation` of Keras; null for that of its version
  record Unsaid(boolean rectified, @Nullable String gate) {

    /// Refuses `--relu`.
    ///
    /// @param why what there is instead, as the end of a sentence
    void requireNotRectified(String why) {
      if (rectified) {
        throw new IllegalArgumentException(
            "--relu is for an nn.RNN in weights of PyTorch, but %s; leave it out".formatted(why));
      }
    }

    /// Refuses `--recurrent-activation`.
    ///
    /// @param why what there is instead, as the end of a sentence
    void requireNoGate(String why) {
      if (gate != null) {
        throw new IllegalArgumentException(("--recurrent-activation is for a file of Keras that has"
            + " weights alone, but %s; leave it out").formatted(why));
      }
    }

    /// Refuses both.
    void requireNone(String why) {
      requireNotRectified(why);
      requireNoGate(why);
    }
  }

  /// Weights by name.
  record Weights(Checkpoint checkpoint) implements ForeignFile {
    @Override
    public String source() {
      return checkpoint.source();
    }

    @Override
    public String kind() {
      return checkpoint.kind();
    }

    @Override
    public String title() {
      var sentences = new ArrayList<>(List.of(checkpoint.toString()));
      sentences.addAll(checkpoint.remarks());
      return String.join("; ", sentences);
    }

    @Override
    public List<String> listed() {
      return TensorList.lines(checkpoint);
    }

    @Override
    public ForeignNetwork network(Unsaid unsaid) throws FormatException {
      unsaid.requireNoGate("%s is a %s".formatted(source(), kind()));
      var network = TorchNetwork.of(checkpoint, unsaid.rectified());
      var cell = network.layers().getFirst().cell().name();
      if (network.layers().stream().noneMatch(it -> it.cell().name().startsWith("rnn"))) {
        unsaid.requireNotRectified("the layers of %s are %s".formatted(source(), cell));
      }
      return network;
    }
  }

  /// An ONNX graph.
  record Graph(OnnxNetwork graph) implements ForeignFile {
    @Override
    public String source() {
      return graph.checkpoint().source();
    }

    @Override
    public String kind() {
      return graph.checkpoint().kind();
    }

    @Override
    public String title() {
      return graph.checkpoint().toString();
    }

    @Override
    public List<String> listed() {
      var lines = new ArrayList<>(TensorList.lines(graph.checkpoint()));
      lines.addAll(graph.nodes());
      return lines;
    }

    @Override
    public ForeignNetwork network(Unsaid unsaid) throws IOException {
      unsaid.requireNone("%s is an %s, which says its activations".formatted(source(), kind()));
      return graph.network();
    }
  }

  /// A file of Keras.
  record Layers(Keras keras) implements ForeignFile {
    @Override
    public String source() {
      return keras.arrays().source();
    }

    @Override
    public String kind() {
      return keras.kind();
    }

    @Override
    public String title() {
      return keras.toString();
    }

    @Override
    public List<String> listed() {
      var lines = new ArrayList<>(TensorList.lines(keras.arrays()));
      lines.addAll(keras.described());
      return lines;
    }

    @Override
    public ForeignNetwork network(Unsaid unsaid) throws IOException {
      unsaid.requireNotRectified("%s is a %s".formatted(source(), kind()));
      var gate = unsaid.gate();
      return (gate == null ? keras : keras.recurrentActivation(gate)).network();
    }
  }

  /// Variables of TensorFlow 1.
  record Variables(Checkpoint checkpoint) implements ForeignFile {
    @Override
    public String source() {
      return checkpoint.source();
    }

    @Override
    public String kind() {
      return checkpoint.kind();
    }

    @Override
    public String title() {
      return checkpoint.toString();
    }

    @Override
    public List<String> listed() {
      return TensorList.lines(checkpoint);
    }

    @Override
    public ForeignNetwork network(Unsaid unsaid) throws FormatException {
      unsaid.requireNone("%s has LSTM layers of TensorFlow 1".formatted(source()));
      return BasicLstmNetwork.of(checkpoint);
    }
  }
}
