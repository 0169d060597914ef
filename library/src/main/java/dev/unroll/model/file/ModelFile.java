package dev.unroll.model.file;

import dev.unroll.data.DataException;
import dev.unroll.data.Vocabulary;
import dev.unroll.expr.CellException;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.Json;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.format.safetensors.StoredTensor;
import dev.unroll.model.Architecture;
import dev.unroll.model.EncoderDecoder;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.VectorToSequence;
import dev.unroll.tensor.Parameters;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A model as one safetensors file: each parameter a tensor under its name, and in the metadata, as
/// JSON, what the model is made of with the equations of its cells, its vocabularies and where it
/// comes from.
///
/// | key | holds |
/// | --- | --- |
/// | `unroll.format` | the version of this layout, `1` |
/// | `unroll.architecture` | kind, inputs, stacks, outputs, seed |
/// | `unroll.vocabularies` | lists of symbols by name: `input`, `output` |
/// | `unroll.provenance` | whatever the writer records |
/// | `unroll.weights` | the precision of matrices, `bfloat16` or `int8`; missing for floats |
///
/// Language models of earlier versions are read as well ([OlderLanguageModel]).
///
/// @param source where it was read from
/// @param model the model
/// @param vocabularies lists of symbols by name
/// @param provenance where the model comes from
/// @param tensors all that is in the file
public record ModelFile(String source, Structure model,
    SequencedMap<String, List<String>> vocabularies, JsonFields provenance, Safetensors tensors) {
  /// The vocabulary of what a model reads.
  public static final String INPUT = "input";

  /// The vocabulary of what a model puts out.
  public static final String OUTPUT = "output";

  /// The key of the letters of the words that a model reads.
  static final String LETTERS = "letters";

  private static final String VERSION = "1";
  private static final String FORMAT = "unroll.format";
  static final String ARCHITECTURE = "unroll.architecture";
  private static final String VOCABULARIES = "unroll.vocabularies";
  private static final String PROVENANCE = "unroll.provenance";

  /// The key of the precision of matrices that are not of floats.
  public static final String WEIGHTS = "unroll.weights";

  /// Reads a model.
  ///
  /// @throws FormatException if there is no intact model in the file
  public static ModelFile read(Path path) throws IOException {
    return of(path.toString(), Safetensors.read(path));
  }

  /// Returns the model in tensors that were read.
  ///
  /// @param source where they come from, to be named in messages
  /// @throws FormatException if there is no intact model in them
  public static ModelFile of(String source, Safetensors tensors) throws FormatException {
    if (!field(tensors, FORMAT, source).equals(VERSION)) {
      throw new FormatException("%s has model format %s, expected %s; it was written by another "
          .formatted(source, field(tensors, FORMAT, source), VERSION) + "version of Unroll");
    }
    var fields = JsonFields.parse(
        field(tensors, ARCHITECTURE, source), source + ", " + ARCHITECTURE);
    var provenance = JsonFields.parse(
        tensors.metadata().getOrDefault(PROVENANCE, "{}"), source + ", " + PROVENANCE);
    try {
      boolean older = OlderLanguageModel.is(fields);
      var vocabularies = vocabularies(tensors, source);
      var architecture = older ? OlderLanguageModel.of(fields, tensors, vocabularies, source)
          : ArchitectureJson.of(fields, vocabularies, provenance);
      // Each layer has tensors: checked before the layers are made.
      requireLayers(architecture, tensors.tensors().size(), source);
      var precision = Precision.of(tensors.metadata().getOrDefault(WEIGHTS, "float32"));
      var model = architecture.of(precision, SmallTensors.of(tensors));
      return new ModelFile(source, model, vocabularies, provenance, tensors);
    } catch (CellException | DataException e) {
      throw new FormatException("%s: %s".formatted(source, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s describes a model that cannot be: %s".formatted(source, e.getMessage()), e);
    }
  }

  private static void requireLayers(
      Architecture architecture, int tensors, String source)
      throws FormatException {
    int layers = switch (architecture) {
      case SequenceToVector.Parts p -> p.body().layers();
      case SequenceToSequence.Parts p -> p.body().layers();
      case VectorToSequence.Parts p -> p.body().layers();
      case EncoderDecoder.Parts p -> Math.max(p.encoder().layers(), p.decoder().layers());
    };
    if (layers > tensors) {
      throw new FormatException("%s claims %d layers, but has only %d tensors; the file is damaged"
          .formatted(source, layers, tensors));
    }
  }

  /// The lists of symbols in the metadata; empty if there are none.
  private static SequencedMap<String, List<String>> vocabularies(
      Safetensors tensors, String source) throws FormatException {
    if (tensors.metadata().containsKey(OlderLanguageModel.VOCABULARY)) {
      return OlderLanguageModel.vocabularies(tensors, source);
    }
    var fields = JsonFields.parse(
        tensors.metadata().getOrDefault(VOCABULARIES, "{}"), source + ", " + VOCABULARIES);
    var vocabularies = new LinkedHashMap<String, List<String>>();
    for (var name : fields.keys()) {
      vocabularies.put(name, fields.strings(name));
    }
    return vocabularies;
  }

  static String field(Safetensors tensors, String key, String source) throws FormatException {
    var value = tensors.metadata().get(key);
    if (value == null) {
      throw new FormatException(
          "%s has no %s in its metadata and %s checksum; expected a model written by Unroll"
              .formatted(source, key, tensors.verified() ? "a right" : "no"));
    }
    return value;
  }

  /// The language model in the file.
  ///
  /// @throws FormatException if it is another model
  public SequenceToSequence languageModel() throws FormatException {
    if (model instanceof SequenceToSequence it && it.architecture().carried()) {
      return it;
    }
    throw new FormatException(
        "%s holds a %s, expected a language model"
            .formatted(source, ArchitectureJson.kind(model.architecture())));
  }

  /// The characters that a language model reads and writes.
  ///
  /// @throws FormatException if the file has no vocabulary, or it is not of characters
  public Vocabulary characters() throws FormatException {
    var tokens = languageModel().architecture().inputs().tokens();
    if (tokens == null) {
      throw new FormatException(
          "%s does not say what its symbols are; import it with --vocabulary FILE"
              .formatted(source));
    }
    try {
      return Vocabulary.of(tokens.toList());
    } catch (DataException e) {
      throw new FormatException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  /// A file of the same model, with its task and whatever else is in the metadata, whose matrices
  /// are stored in a precision.
  ///
  /// @throws FormatException if the weights of this file are not floats
  /// @throws IllegalArgumentException if a weight is not finite
  public Safetensors withWeights(Precision precision) throws FormatException {
    var known = model.parameters().precision();
    if (known != Precision.FLOAT32) {
      throw new FormatException(
          "the weights of %s are %s, and rounding them again would lose more; give the model that "
              .formatted(source, known) + "it was made from");
    }
    var metadata = new LinkedHashMap<>(metadata());
    if (precision != Precision.FLOAT32) {
      metadata.put(WEIGHTS, precision.toString());
    }
    return Safetensors.of(metadata, tensors(model.withWeights(precision).parameters()));
  }

  /// The metadata, unchanged.
  public SequencedMap<String, String> metadata() {
    return tensors.metadata();
  }

  /// Writes a model so that a crash leaves the old file or the new one.
  ///
  /// @param provenance where the model comes from, values that JSON can represent
  public static void write(Path path, Structure model, SequencedMap<String, ?> provenance)
      throws IOException {
    Safetensors.of(metadata(model, provenance), tensors(model.parameters())).write(path);
  }

  /// The metadata of a model, to which more may be added.
  public static SequencedMap<String, String> metadata(
      Structure model, SequencedMap<String, ?> provenance) {
    var architecture = model.architecture();
    var vocabularies = new LinkedHashMap<String, List<String>>();
    var tokens = architecture.inputs().tokens();
    if (tokens != null) {
      vocabularies.put(INPUT, tokens.toList());
    }
    var letters = architecture.inputs().letters();
    if (letters != null) {
      vocabularies.put(LETTERS, letters.tokens().toList());
    }
    var labels = architecture.outputs().labels();
    if (labels != null) {
      vocabularies.put(OUTPUT, labels.toList());
    }
    var metadata = metadata(provenance);
    metadata.put(ARCHITECTURE, Json.write(ArchitectureJson.of(architecture)));
    metadata.put(VOCABULARIES, Json.write(vocabularies));
    var precision = model.parameters().precision();
    if (precision != Precision.FLOAT32) {
      metadata.put(WEIGHTS, precision.toString());
    }
    return metadata;
  }

  /// The metadata for the parameters of a custom model, which only its own code can build.
  public static SequencedMap<String, String> metadata(SequencedMap<String, ?> provenance) {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(FORMAT, VERSION);
    metadata.put(PROVENANCE, Json.write(provenance));
    return metadata;
  }

  /// The parameters of a model as tensors, to which more may be added.
  public static SequencedMap<String, StoredTensor> tensors(Parameters parameters) {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    for (var block : parameters.blocks()) {
      SmallTensors.put(tensors, parameters, block);
    }
    return tensors;
  }
}
