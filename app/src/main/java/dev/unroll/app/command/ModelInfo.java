package dev.unroll.app.command;

import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.StructureKind;
import dev.unroll.app.run.TextDescription;
import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.VectorToSequence;
import dev.unroll.model.file.ModelFile;
import dev.unroll.tensor.Precision;
import dev.unroll.train.text.TextCoding;
import dev.unroll.train.text.TextCoding.Unit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The description of a model file.
record ModelInfo(ModelFile file) {

  /// The unit of the loss.
  public String unit() {
    var tokens = file.model().architecture().inputs().tokens();
    return LanguageModel.is(file.model())
        ? TextDescription.unit(tokens == null ? Unit.CHARACTER : TextCoding.unit(tokens))
        : Anatomy.of(file.model().architecture()).unit();
  }

  public SequencedMap<String, @Nullable Object> fields() {
    var model = file.model();
    var anatomy = Anatomy.of(model.architecture());
    var tensors = new LinkedHashMap<String, Object>();
    for (var block : model.parameters().blocks()) {
      tensors.put(block.name(), Arrays.stream(block.shape()).boxed().toList());
    }
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("model", file.source());
    fields.put("checksum", checksum());
    fields.put("structure", kind(anatomy));
    fields.putAll(ways());
    fields.putAll(body(anatomy.body()));
    if (model.architecture() instanceof EncoderDecoder.Parts parts) {
      fields.put("encoder", body(parts.encoder()));
    }
    if (anatomy.inputs().symbols() > 0) {
      fields.put("embedding", anatomy.inputs().size());
    }
    fields.put("loss", anatomy.outputs().loss().toString());
    fields.put("seed", anatomy.seed());
    fields.put("parameters", model.parameters().size());
    fields.put("weights", model.parameters().precision().toString());
    fields.put("tensors", tensors);
    fields.put("vocabularies", file.vocabularies());
    fields.put("provenance", file.provenance().values());
    return fields;
  }

  /// The layers; those of a decoder are in the object itself, as in all structures.
  private static SequencedMap<String, Object> body(RecurrentStack body) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("cell", body.cell().name());
    fields.put("equations", body.cell().toString());
    fields.put("sizes", new TreeMap<>(body.sizes().elements()));
    fields.put("layers", body.layers());
    var directions = body.directions();
    fields.put("directions", directions == null ? "one" : word(directions));
    fields.put("dropout", body.dropout());
    fields.put("variational", body.variationalDropout());
    return fields;
  }

  /// The cells with their equations, including the encoder's if it has one of its own.
  private String cells() {
    var cell = Anatomy.of(file.model().architecture()).body().cell();
    return file.model().architecture() instanceof EncoderDecoder.Parts parts
        && !parts.encoder().cell().equals(cell)
            ? cell("cell of the encoder", parts.encoder().cell())
                + "\n" + cell("cell of the decoder", cell)
            : cell("cell", cell);
  }

  private static String cell(String title, Cell cell) {
    return "%s %s\n  %s".formatted(title, cell.name(),
        cell.toString().strip().replace("\n", "\n  "));
  }

  /// The description as text.
  ///
  /// @param origin its origin, as text
  public String text(long bytes, String origin) {
    var anatomy = Anatomy.of(file.model().architecture());
    var ways = new StringBuilder();
    ways().forEach((name, way) -> ways.append(", %s %s".formatted(name, way)));
    var vocabularies = new StringBuilder();
    file.vocabularies().forEach((name, symbols) -> vocabularies.append(
        "%-12s %s\n".formatted(name, areLabels(anatomy, name)
            ? "%,d labels: %s".formatted(symbols.size(), start(symbols, " "))
            : parts(symbols))));
    return """
    %s, %,d bytes, checksum %s

    %s

    structure    %s%s, loss %s
    %s%s%s
    %s""".formatted(file.source(), bytes, checksum(), file.model(), kind(anatomy), ways,
        anatomy.outputs().loss(), weights(), vocabularies, origin, cells());
  }

  /// How matrices are stored, if not as floats.
  private String weights() {
    var parameters = file.model().parameters();
    return parameters.precision() == Precision.FLOAT32 ? ""
        : "weights      %s, %,d bytes instead of %,d\n".formatted(parameters.precision(),
            parameters.bytes(), 4L * parameters.size());
  }

  /// A wrong one is an error when the file is read.
  private String checksum() {
    return file.tensors().verified() ? "verified" : "none";
  }

  private String kind(Anatomy anatomy) {
    return LanguageModel.is(file.model()) ? "language model" : anatomy.kind().toString();
  }

  /// How the parts are connected, if there is a choice.
  private SequencedMap<String, String> ways() {
    var ways = new LinkedHashMap<String, String>();
    switch (file.model().architecture()) {
      case SequenceToVector.Parts parts -> ways.put("pooling", word(parts.pooling()));
      case SequenceToSequence.Parts _ -> {}
      case VectorToSequence.Parts parts -> ways.put("feeding", word(parts.feeding()));
      case EncoderDecoder.Parts parts -> {
        ways.put("feeding", word(parts.feeding()));
        if (parts.attention() != null) {
          ways.put("attention",
              word(parts.attention()) + (parts.inputFeeding() ? " with input feeding" : ""));
        }
      }
    }
    var body = Anatomy.of(file.model().architecture()).body();
    if (body.variationalDropout() > 0) {
      ways.put("variational dropout", body.variationalDropout()
          + (body.variationalMasks() == null ? " by the cell's masks"
              : " with masks " + word(body.variationalMasks())));
    }
    return ways;
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// `7 characters and <unk>: aklmot`.
  private static String parts(List<String> symbols) {
    if (!areCharacters(symbols)) {
      return "%,d symbols: %s".formatted(symbols.size(), start(symbols, " "));
    }
    var known = symbols.stream().filter(symbol -> !symbol.equals(Tokens.UNKNOWN)).toList();
    return "%,d characters%s: %s".formatted(known.size(),
        known.size() < symbols.size() ? " and " + Tokens.UNKNOWN : "", start(known, ""));
  }

  private static String start(List<String> symbols, String between) {
    var all = symbols.stream().map(ModelInfo::shown).collect(Collectors.joining(between));
    return all.length() > 200 ? all.substring(0, 200) + "…" : all;
  }

  /// Whether a vocabulary names one answer each, or one input each, and not the parts of a text.
  private static boolean areLabels(Anatomy anatomy, String vocabulary) {
    return vocabulary.equals(ModelFile.OUTPUT)
        ? anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR
        : anatomy.kind() == StructureKind.VECTOR_TO_SEQUENCE;
  }

  private static boolean areCharacters(List<String> symbols) {
    return symbols.stream().allMatch(symbol -> symbol.codePointCount(0, symbol.length()) == 1
        || symbol.equals(Tokens.UNKNOWN));
  }

  /// A space as ␣, a line break as ⏎.
  private static String shown(String symbol) {
    return switch (symbol) {
      case " " -> "␣";
      case "\n" -> "⏎";
      default -> symbol.replaceAll("\\p{Cntrl}", "·");
    };
  }
}
