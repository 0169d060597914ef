package dev.unroll.app.data;

import dev.unroll.model.Architecture;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import java.util.TreeMap;

/// The common parts of all four structures.
///
/// @param body of the decoder if there are two; they only differ in how they read if a
///     command made them
public record Anatomy(StructureKind kind, Inputs inputs, RecurrentStack body, Outputs outputs,
    long seed) {

  public static Anatomy of(Architecture architecture) {
    return switch (architecture) {
      case SequenceToVector.Parts p -> new Anatomy(
          StructureKind.SEQUENCE_TO_VECTOR, p.inputs(), p.body(), p.outputs(), p.seed());
      case SequenceToSequence.Parts p -> new Anatomy(
          StructureKind.SEQUENCE_TO_SEQUENCE, p.inputs(), p.body(), p.outputs(), p.seed());
      case VectorToSequence.Parts p -> new Anatomy(
          StructureKind.VECTOR_TO_SEQUENCE, p.inputs(), p.body(), p.outputs(), p.seed());
      case EncoderDecoder.Parts p -> new Anatomy(
          StructureKind.ENCODER_DECODER, p.inputs(), p.decoder(), p.outputs(), p.seed());
    };
  }

  /// Whether outputs are classes.
  public boolean hasClasses() {
    return outputs.loss().isOfClasses();
  }

  /// Whether there is any dropout in training.
  public boolean drops() {
    return inputs.drop() + body.inputDropout() + body.dropout() + body.variationalDropout()
        + body.zoneout()
        + body.weightDrop() > 0;
  }

  /// The unit of the loss.
  public String unit() {
    var loss = outputs.loss().plain().toString();
    return hasClasses() ? "nats" : loss.replace('-', ' ') + " loss";
  }

  /// `lstm, 2 layers of 64`.
  public String layers() {
    var sizes = new TreeMap<>(body.sizes().elements());
    var hidden = sizes.remove("H");
    return "%s, %d layer%s of %s%s".formatted(body.cell().name(), body.layers(),
        body.layers() == 1 ? "" : "s", hidden,
        sizes.isEmpty() ? ""
            : " " + sizes.toString().replaceAll("[{}]", "").replace("=", " "));
  }
}
