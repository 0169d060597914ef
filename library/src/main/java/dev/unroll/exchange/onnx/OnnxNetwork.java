package dev.unroll.exchange.onnx;

import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.checkpoint.CheckpointTensor;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.ModelDef;
import dev.unroll.onnx.proto.ModelReader;
import dev.unroll.onnx.proto.NodeDef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// An ONNX file as a chain of layers, and what is in it. A graph that is no chain runs as it is
/// ([dev.unroll.onnx.OnnxModel]).
public final class OnnxNetwork {
  /// The first nine bytes: those of safetensors are a length and a brace.
  private static final int START = 9;

  /// The tag of the version, a varint, and the last version that there may be.
  private static final byte IR_VERSION = 0x08;
  private static final byte LAST_VERSION = 0x3f;

  /// The tags of all other fields of a model.
  private static final Set<Byte> BEHIND = Set.of((byte) 0x12, (byte) 0x1a, (byte) 0x22,
      (byte) 0x28, (byte) 0x32, (byte) 0x3a, (byte) 0x42, (byte) 0x72);

  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private final Path file;
  private final Checkpoint checkpoint;
  private final ModelDef model;

  private OnnxNetwork(Path file, Checkpoint checkpoint, ModelDef model) {
    this.file = file;
    this.checkpoint = checkpoint;
    this.model = model;
  }

  /// Whether a file has the name of one and is no model of ours, or begins as one does: with the
  /// version of the format, and then the text of who has written it, or the graph.
  public static boolean isOnnx(Path file) throws IOException {
    boolean isNamed =
        String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".onnx");
    if (!Files.isRegularFile(file)) {
      return isNamed;
    }
    var source = ByteSource.of(file);
    byte[] start = source.bytes(0, (int) Math.min(START, source.size()));
    if (start.length < START) {
      return isNamed;
    }
    boolean isSafetensors = start[START - 1] == '{' && start[START - 2] == 0;
    return !isSafetensors && (isNamed || start[0] == IR_VERSION && start[1] > 0
        && start[1] <= LAST_VERSION && BEHIND.contains(start[2]));
  }

  /// Whether a file is an export of ours.
  public static boolean isOwn(Path file) throws IOException {
    return isOnnx(file) && OwnExport.is(read(file).model);
  }

  /// Reads a file; its operators need not be ones that can be run.
  ///
  /// @throws FormatException if it is no ONNX model, or damaged
  public static OnnxNetwork read(Path file) throws IOException {
    var source = ByteSource.of(file);
    if (source.size() > MOST_BYTES) {
      throw new FormatException("%s has %d bytes, at most %d are supported".formatted(file,
          source.size(), MOST_BYTES));
    }
    try {
      var model = ModelReader.read(source.bytes(0, (int) source.size()),
          file.toAbsolutePath().getParent());
      var tensors = new ArrayList<CheckpointTensor>();
      model.graph().initializers().forEach((name, array) -> tensors.add(tensor(name, array)));
      return new OnnxNetwork(file,
          new Checkpoint(file.toString(), "ONNX graph", false, List.of(), tensors), model);
    } catch (Refusal e) {
      throw new FormatException("%s: %s".formatted(file, e.sentence()), e);
    }
  }

  static CheckpointTensor tensor(String name, NdArray array) {
    int[] shape = array.shape();
    long[] sizes = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = shape[i];
    }
    return new CheckpointTensor(name, array.type().text(), sizes, null, () -> {
      try {
        return array.asFloats();
      } catch (Refusal e) {
        throw new FormatException("tensor %s: %s".formatted(name, e.sentence()), e);
      }
    });
  }

  /// The constants by name.
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /// A line for each node: `LSTM  lstm_1  x, w, r, b → y, h  hidden_size=64`.
  public List<String> nodes() {
    return model.graph().nodes().stream().map(OnnxNetwork::line).toList();
  }

  private static String line(NodeDef node) {
    return "%s %s: %s → %s%s".formatted(
        node.domain().isEmpty() ? node.operator() : node.domain() + "." + node.operator(),
        node.name(), String.join(", ", node.inputs()), String.join(", ", node.outputs()),
        attributes(new TreeMap<>(node.attributes().values())));
  }

  private static String attributes(Map<String, Object> values) {
    var text = new StringBuilder();
    values.forEach((name, value) -> {
      if (value instanceof Long || value instanceof Float || value instanceof String) {
        text.append(", ").append(name).append(' ').append(value);
      }
    });
    return text.toString();
  }

  /// The chain of layers.
  ///
  /// @throws FormatException if the graph is none; names the node, and says that it can be run
  public ForeignNetwork network() throws FormatException {
    var own = OwnExport.is(model) ? new OwnExport(checkpoint.source(), model.metadata()) : null;
    if (own != null) {
      own.requirePlain();
    }
    try {
      var network = new ChainReader(checkpoint.source(), model.graph(),
          model.opsets().getOrDefault("", Long.MAX_VALUE)).network();
      return own == null ? network : own.of(network);
    } catch (Refusal e) {
      throw new FormatException(
          "%s is no chain of layers that we have: %s. %s".formatted(checkpoint.source(),
              e.sentence(), cure()),
          e);
    }
  }

  /// What can be done with a graph that is no chain.
  private String cure() {
    var known = OnnxModel.supportedOperators();
    var unknown = model.graph().nodes().stream().map(NodeDef::operator)
        .filter(operator -> !known.contains(operator)).distinct().toList();
    if (!unknown.isEmpty()) {
      return "It cannot be run by unroll onnx run either, which has no %s"
          .formatted(String.join(", ", unknown));
    }
    try {
      OnnxModel.load(file);
      return "Run it as it is: unroll onnx run " + checkpoint.source();
    } catch (IOException e) {
      return "It cannot be run by unroll onnx run either: " + e.getMessage();
    }
  }
}
