package dev.unroll.model.file;

import dev.unroll.data.Tokens;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Architecture;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Converts an architecture to JSON and back.
final class ArchitectureJson {
  private static final String KIND = "kind";
  private static final String TO_VECTOR = "sequence to vector";
  private static final String TO_SEQUENCE = "sequence to sequence";
  private static final String FROM_VECTOR = "vector to sequence";
  private static final String ENCODER_DECODER = "encoder and decoder";

  /// Files that were written before there was input feeding do not have it.
  private static final String INPUT_FEEDING = "inputFeeding";

  /// Missing in older files too: their language models were of another kind.
  private static final String CARRIED = "carried";

  private ArchitectureJson() {}

  static String kind(Architecture architecture) {
    return switch (architecture) {
      case SequenceToVector.Parts _ -> TO_VECTOR;
      case SequenceToSequence.Parts _ -> TO_SEQUENCE;
      case VectorToSequence.Parts _ -> FROM_VECTOR;
      case EncoderDecoder.Parts _ -> ENCODER_DECODER;
    };
  }

  static SequencedMap<String, @Nullable Object> of(Architecture architecture) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put(KIND, kind(architecture));
    switch (architecture) {
      case SequenceToVector.Parts p -> {
        fields.put("inputs", StackJson.of(p.inputs()));
        fields.put("body", StackJson.of(p.body()));
        fields.put("pooling", p.pooling().name());
        fields.put("outputs", StackJson.of(p.outputs()));
        fields.put("seed", p.seed());
      }
      case SequenceToSequence.Parts p -> {
        fields.put("inputs", StackJson.of(p.inputs()));
        fields.put("body", StackJson.of(p.body()));
        fields.put("outputs", StackJson.of(p.outputs()));
        fields.put(CARRIED, p.carried());
        fields.put("seed", p.seed());
      }
      case VectorToSequence.Parts p -> {
        fields.put("inputs", StackJson.of(p.inputs()));
        fields.put("body", StackJson.of(p.body()));
        writing(fields, p.feeding(), p.starts(), p.feedback(), p.sampling(), p.samplingSteps());
        fields.put("outputs", StackJson.of(p.outputs()));
        fields.put("seed", p.seed());
      }
      case EncoderDecoder.Parts p -> {
        fields.put("inputs", StackJson.of(p.inputs()));
        fields.put("encoder", StackJson.of(p.encoder()));
        fields.put("attention", StackJson.name(p.attention()));
        fields.put(INPUT_FEEDING, p.inputFeeding());
        fields.put("decoder", StackJson.of(p.decoder()));
        writing(fields, p.feeding(), p.starts(), p.feedback(), p.sampling(), p.samplingSteps());
        fields.put("outputs", StackJson.of(p.outputs()));
        fields.put("seed", p.seed());
      }
    }
    return fields;
  }

  private static void writing(SequencedMap<String, @Nullable Object> fields, Feeding feeding,
      boolean starts, int feedback, double sampling, long samplingSteps) {
    fields.put("feeding", feeding.name());
    fields.put("starts", starts);
    fields.put("feedback", feedback);
    fields.put("sampling", sampling);
    fields.put("samplingSteps", samplingSteps);
  }

  /// @param provenance of the model: files of the command line once had the scaling there alone
  /// @throws IllegalArgumentException if the architecture is invalid
  static Architecture of(JsonFields fields, Map<String, List<String>> vocabularies,
      JsonFields provenance) throws FormatException {
    var inputs = StackJson.inputs(
        fields.object("inputs"), tokens(vocabularies.get(ModelFile.INPUT)),
        tokens(vocabularies.get(ModelFile.LETTERS)));
    var outputs = StackJson.outputs(
        fields.object("outputs"), tokens(vocabularies.get(ModelFile.OUTPUT)));
    if (provenance.has("data")) {
      var data = provenance.object("data");
      var input = StackJson.scaling(data, "inputShift", "inputDivisor");
      var target = StackJson.scaling(data, "targetShift", "targetDivisor");
      inputs = input == null ? inputs : inputs.scaled(input);
      outputs = target == null ? outputs : outputs.scaled(target);
    }
    long seed = fields.longInteger("seed");
    return switch (fields.string(KIND)) {
      case TO_VECTOR -> new SequenceToVector.Parts(inputs, StackJson.body(fields.object("body")),
          Pooling.valueOf(fields.string("pooling")), outputs, seed);
      case TO_SEQUENCE ->
          new SequenceToSequence.Parts(inputs, StackJson.body(fields.object("body")), outputs,
              fields.has(CARRIED) && fields.bool(CARRIED), seed);
      case FROM_VECTOR -> new VectorToSequence.Parts(inputs,
          Feeding.valueOf(fields.string("feeding")), fields.bool("starts"),
          StackJson.body(fields.object("body")), fields.integer("feedback"),
          fields.number("sampling"), fields.longInteger("samplingSteps"), outputs, seed);
      case ENCODER_DECODER -> new EncoderDecoder.Parts(inputs,
          StackJson.body(fields.object("encoder")), Feeding.valueOf(fields.string("feeding")),
          fields.bool("starts"), StackJson.value(Attention.class, fields, "attention"),
          fields.has(INPUT_FEEDING) && fields.bool(INPUT_FEEDING),
          StackJson.body(fields.object("decoder")), fields.integer("feedback"),
          fields.number("sampling"), fields.longInteger("samplingSteps"), outputs, seed);
      default -> throw new IllegalArgumentException(
          "it is a %s, which this version does not know".formatted(fields.string(KIND)));
    };
  }

  static @Nullable Tokens tokens(@Nullable List<String> list) {
    return list == null ? null : Tokens.of(list);
  }
}
