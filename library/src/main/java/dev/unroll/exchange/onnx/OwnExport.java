package dev.unroll.exchange.onnx;

import dev.unroll.exchange.network.ChainMetadata;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.model.Outputs;
import dev.unroll.onnx.proto.ModelDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the metadata of a file of [dev.unroll.onnx.OnnxExport] says beside its graph: vocabulary,
/// labels, and what the outputs are.
record OwnExport(String source, Map<String, String> metadata) {
  private static final String UNITS = "in the units of the data";

  static boolean is(ModelDef model) {
    return model.producer().equals("unroll") && model.metadata().containsKey("unroll.version");
  }

  /// Refuses a file whose graph does more than its layers.
  ///
  /// @throws FormatException if it scales numbers, or its states start from learned values
  void requirePlain() throws FormatException {
    for (var entry : metadata.entrySet()) {
      var key = entry.getKey();
      if ((key.startsWith("input.") || key.startsWith("output."))
          && entry.getValue().contains(UNITS)) {
        throw new FormatException(
            ("%s scales numbers in its graph (%s), which has no place in a chain; take the model"
                + " that it was exported from, or run it as it is: unroll onnx run %s")
                .formatted(source, key.substring(key.indexOf('.') + 1), source));
      }
      if (key.startsWith("start.") && list(key).stream()
          .anyMatch(it -> !(it instanceof Number number) || number.doubleValue() != 0)) {
        throw new FormatException(
            ("%s begins with %s, whose learned values are in its metadata; imported sequences begin"
                + " with zeros: take the model that it was exported from, or run it as it is:"
                + " unroll onnx run %s").formatted(source, key.substring("start.".length()),
                    source));
      }
    }
  }

  private List<?> list(String key) throws FormatException {
    if (Json.parse(metadata.getOrDefault(key, "[]"), source + ", " + key) instanceof List<?> it) {
      return it;
    }
    throw new FormatException("%s: %s in its metadata is no list".formatted(source, key));
  }

  /// The network with what the metadata says of it.
  ForeignNetwork of(ForeignNetwork network) throws FormatException {
    var remarks = new ArrayList<>(network.remarks());
    metadata.forEach((key, sentence) -> {
      if (key.startsWith("outside.")) {
        remarks.add("outside the graph: " + sentence);
      }
    });
    var dense = network.output();
    var outputs = dense == null ? network.outputs() : outputs(network, dense.v().rows());
    return new ForeignNetwork(network.source(), network.embedding(), network.layers(), dense,
        network.unused(), remarks, network.form(), outputs, network.pooling(), network.merge(),
        ChainMetadata.tokens(source, metadata, "vocabulary"),
        ChainMetadata.tokens(source, metadata, "labels"));
  }

  /// Those of the loss that the model was trained with; files of the first versions do not say it.
  private @Nullable Outputs outputs(ForeignNetwork network, int n) throws FormatException {
    var loss = metadata.get("loss");
    if (loss != null) {
      return ChainMetadata.outputs(source, n, loss);
    }
    if (metadata.containsKey("output.quantiles") || metadata.containsKey("output.means")) {
      throw new FormatException(
          ("%s puts out %s, but does not say by which loss; export the model again").formatted(
              source, metadata.containsKey("output.means") ? "means" : "quantiles"));
    }
    return network.outputs() == null && metadata.containsKey("output.numbers")
        ? Outputs.numbers(n)
        : network.outputs();
  }
}
