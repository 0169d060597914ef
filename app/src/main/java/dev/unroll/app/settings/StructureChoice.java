package dev.unroll.app.settings;

import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.StructureKind;
import dev.unroll.app.data.StructureOptions;
import dev.unroll.data.Form.Kind;
import dev.unroll.layer.Attention;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Architecture;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.Feeding;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;

/// Builds one of the four structures from the user's options.
public record StructureChoice(Choices choices, StructureOptions options, StackOptions layers) {

  /// The architecture of the model.
  ///
  /// @param folder the folder of a relative path of a cell
  /// @throws IllegalArgumentException that names the option at fault
  public Architecture architecture(Path folder, ExampleData data) throws IOException {
    var kind = data.kind();
    var form = data.form();
    requireOnly("--pooling", options.pooling != null, kind == StructureKind.SEQUENCE_TO_VECTOR,
        kind);
    requireOnly("--feeding", options.feeding != null, kind.writes(), kind);
    requireOnly("--attention", options.attention != null, kind == StructureKind.ENCODER_DECODER,
        kind);
    requireOnly("--input-feeding", options.inputFeeding, kind == StructureKind.ENCODER_DECODER,
        kind);
    if (options.inputFeeding
        && options.attention != Attention.DOT
        && options.attention != Attention.GENERAL) {
      throw new IllegalArgumentException(
          "--input-feeding is for attention after the step; add --attention dot or general, or "
              + "leave it out");
    }
    boolean reads = kind != StructureKind.VECTOR_TO_SEQUENCE;
    requireOnly("--bidirectional", options.bidirectional, reads, kind);
    if (options.merge != null && !options.bidirectional) {
      throw new IllegalArgumentException(
          "--merge is for two directions; add --bidirectional, or leave it out");
    }
    double inputDropout = Choices.probability("--input-dropout", options.inputDropout);
    if (inputDropout > 0 && !reads && form.input() instanceof Kind.Features) {
      throw new IllegalArgumentException(
          "--input-dropout is for vectors of symbols and for sequences,"
              + " but the input is one vector of numbers; leave it out");
    }
    var inputs = switch (form.input()) {
      case Kind.Symbols(int count) ->
          Inputs.symbols(count, choices.embedding()).dropout(inputDropout)
              .named(data.inputTokens());
      case Kind.Features(int columns) ->
          Inputs.features(columns).scaled(data.scales().input());
      case Kind.Words _ -> throw new IllegalArgumentException(
          "words with their letters are read by unroll train tag");
    };
    var outputs = outputs(form.target(), kind.writes(), data.hasBits()).named(data.targetTokens())
        .scaled(data.scales().target());
    var written = choices.body(folder, layers);
    var read = form.input() instanceof Kind.Features ? written.inputDropout(inputDropout) : written;
    read = options.learnedStart ? read.learnedStart() : read;
    read = options.bidirectional
        ? read.bidirectional(options.merge == null ? Merge.CONCATENATE : options.merge)
        : read;
    long seed = choices.learning().seed;
    var feeding = options.feeding == null ? Feeding.EVERY_STEP : options.feeding;
    if (options.learnedStart && !reads && feeding == Feeding.FIRST_STEP) {
      throw new IllegalArgumentException("--learned-start does not go with --feeding first-step, by"
          + " which the initial states come from the input; leave one of the two out");
    }
    // Numbers come back as they are, whatever the size; attention needs what was written before.
    int feedback = form.target() instanceof Kind.Symbols ? choices.embedding()
        : options.attention != null ? 1 : 0;
    return switch (kind) {
      case SEQUENCE_TO_VECTOR -> new SequenceToVector.Parts(inputs, read,
          options.pooling == null ? Pooling.LAST : options.pooling, outputs, seed);
      case SEQUENCE_TO_SEQUENCE -> new SequenceToSequence.Parts(inputs, read, outputs, seed);
      case VECTOR_TO_SEQUENCE ->
          VectorToSequence.of(inputs, feeding,
              options.learnedStart ? written.learnedStart() : written, outputs, seed)
              .feedback(feedback);
      case ENCODER_DECODER -> {
        var parts = EncoderDecoder.of(inputs, read, written, outputs).feeding(feeding).seed(seed)
            .feedback(feedback);
        parts = options.attention == null ? parts : parts.attention(options.attention);
        yield options.inputFeeding ? parts.inputFeeding(true) : parts;
      }
    };
  }

  private static void requireOnly(
      String option, boolean given, boolean goes, StructureKind kind) {
    if (given && !goes) {
      throw new IllegalArgumentException(
          "%s does not go with %s; leave it out, or choose another --structure"
              .formatted(option, kind));
    }
  }

  private Outputs outputs(Kind target, boolean writes, boolean bits) {
    boolean classes = target instanceof Kind.Symbols;
    var loss = options.loss != null ? Loss.parse(options.loss)
        : classes ? Loss.crossEntropy() : bits ? Loss.binaryCrossEntropy() : Loss.squared();
    if (classes != loss.isOfClasses()) {
      throw new IllegalArgumentException(classes
          ? ("--loss %s is for numbers, but the targets are classes; choose cross-entropy, or "
              + "--target")
              .formatted(loss) + " numbers"
          : "--loss %s is for classes, but the targets are numbers; choose squared, or --target"
              .formatted(loss) + " symbols");
    }
    return switch (target) {
      case Kind.Symbols(int count) ->
          (writes ? Outputs.symbols(count) : Outputs.classes(count)).loss(loss);
      case Kind.Features(int columns) -> Outputs.numbers(columns).loss(loss);
      case Kind.Words _ -> throw new IllegalArgumentException("words with letters are no target");
    };
  }
}
