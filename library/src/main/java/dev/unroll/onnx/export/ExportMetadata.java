package dev.unroll.onnx.export;

import dev.unroll.data.Tokens;
import dev.unroll.format.json.Json;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What an exported model says of itself: its equations, vocabulary and labels, and what each input
/// and output means.
final class ExportMetadata {
  private ExportMetadata() {}

  static SequencedMap<String, String> of(Structure model, ExportedGraph graph, String version) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("unroll.version", version);
    metadata.put("structure", model.getClass().getSimpleName());
    if (!graph.part().isEmpty()) {
      metadata.put("part", graph.part());
    }
    var architecture = model.architecture();
    var body = switch (architecture) {
      case SequenceToVector.Parts parts -> parts.body();
      case SequenceToSequence.Parts parts -> parts.body();
      case VectorToSequence.Parts parts -> parts.body();
      case EncoderDecoder.Parts parts ->
          graph.part().equals("encoder") ? parts.encoder() : parts.decoder();
    };
    metadata.put("layers", body.toString());
    metadata.put("equations", body.cell().toString().strip());
    var letters = architecture.inputs().letters();
    if (letters != null && !graph.part().equals("decoder")) {
      metadata.put("letters.layers", letters.body().toString());
      metadata.put("letters.equations", letters.body().cell().toString().strip());
    }
    metadata.put("loss", architecture.outputs().loss().toString());
    put(metadata, "vocabulary", architecture.inputs().tokens());
    put(metadata, "letters", letters == null ? null : letters.tokens());
    put(metadata, "labels", architecture.outputs().labels());
    graph.inputs().forEach(input -> metadata.put("input." + input.name(), input.meaning()));
    graph.outputs().forEach(output -> metadata.put("output." + output.name(), output.meaning()));
    graph.start().forEach((state, values) -> metadata.put("start." + state,
        Json.write(IntStream.range(0, values.length).mapToObj(i -> values[i]).toList())));
    return metadata;
  }

  private static void put(SequencedMap<String, String> metadata, String key,
      @Nullable Tokens tokens) {
    if (tokens != null) {
      metadata.put(key, Json.write(tokens.toList()));
    }
  }
}
