package dev.unroll.onnx.export;

import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.onnx.proto.ModelDef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The graphs of a model, each as a model of ONNX with metadata.
public final class ModelExport {
  /// The first version of ONNX's operators that is written: in earlier ones axes are attributes.
  public static final int FIRST_OPSET = 13;

  /// The last one.
  public static final int LAST_OPSET = 22;

  private static final String PRODUCER = "unroll";

  private ModelExport() {}

  /// The graphs: one, or those of encoder and decoder.
  public static List<ExportedGraph> graphs(Structure model, ExportForm form) {
    return switch (model) {
      case SequenceToVector it -> List.of(
          new SequenceExport(it, it.architecture().body(), form).graph("sequence_to_vector"));
      case SequenceToSequence it -> List.of(
          new SequenceExport(it, it.architecture().body(), form).graph("sequence_to_sequence"));
      case VectorToSequence it -> new DecoderExport(it, form).graphs("vector_to_sequence");
      case EncoderDecoder it -> new DecoderExport(it, form).graphs("encoder_decoder");
      default -> throw new IllegalStateException("no structure: " + model.getClass());
    };
  }

  /// A graph as a model.
  ///
  /// @param more metadata of the caller
  public static ModelDef model(Structure model, ExportedGraph graph, int opset, String version,
      SequencedMap<String, String> more) {
    var opsets = new LinkedHashMap<String, Long>();
    opsets.put("", (long) opset);
    var metadata = ExportMetadata.of(model, graph, version);
    metadata.putAll(more);
    return new ModelDef(irVersion(opset), PRODUCER, opsets, graph.graph(), metadata);
  }

  /// The version of the file format that came with the version of the operators.
  private static long irVersion(int opset) {
    return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;
  }
}
