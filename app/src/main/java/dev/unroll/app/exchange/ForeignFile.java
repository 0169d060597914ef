package dev.unroll.app.exchange;

import dev.unroll.exchange.Checkpoints;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.exchange.torch.TorchNetwork;
import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of another program, opened: weights with PyTorch's names, or an ONNX graph.
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
    for (var name : leftOut) {
      int before = checkpoint.tensors().size();
      checkpoint = checkpoint.without(name);
      if (checkpoint.tensors().size() == before) {
        throw new FormatException("%s has nothing called %s to leave out".formatted(file, name));
      }
    }
    return new Weights(checkpoint);
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
  ForeignNetwork network(boolean rectified) throws IOException;

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
    public ForeignNetwork network(boolean rectified) throws FormatException {
      return TorchNetwork.of(checkpoint, rectified);
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
    public ForeignNetwork network(boolean rectified) throws IOException {
      return graph.network();
    }
  }
}
