package dev.unroll.format;

import dev.unroll.data.DataException;
import dev.unroll.data.Vocabulary;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.kernel.Dimensions;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.LanguageModel.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A language model as one safetensors file: each parameter a tensor under its name, and in the
/// metadata, as JSON, the cell's equations, the architecture, the vocabulary and the provenance.
///
/// | key | holds |
/// | --- | --- |
/// | `unroll.format` | the version of this layout, `1` |
/// | `unroll.cell` | the equations, as a cell file |
/// | `unroll.architecture` | kind, cell's name, sizes, layers, dropout, seed |
/// | `unroll.vocabulary` | the symbols in order |
/// | `unroll.provenance` | data, settings, epochs, validation loss |
public final class ModelFile {
  private static final String VERSION = "1";
  private static final String FORMAT = "unroll.format";
  private static final String CELL = "unroll.cell";
  private static final String ARCHITECTURE = "unroll.architecture";
  private static final String VOCABULARY = "unroll.vocabulary";
  private static final String PROVENANCE = "unroll.provenance";
  static final String KIND = "language model";

  private final String source;
  private final Safetensors tensors;
  private final LanguageModel model;
  private final Vocabulary vocabulary;

  private ModelFile(String source, Safetensors tensors, LanguageModel model,
      Vocabulary vocabulary) {
    this.source = source;
    this.tensors = tensors;
    this.model = model;
    this.vocabulary = vocabulary;
  }

  /// Reads a model.
  ///
  /// @throws FormatException if there is no intact model in the file
  public static ModelFile read(Path path) throws IOException {
    var source = path.toString();
    var tensors = Safetensors.read(path);
    var version = field(tensors, FORMAT, source);
    if (!version.equals(VERSION)) {
      throw new FormatException(
          "%s has model format %s, expected %s; it was written by another version of Unroll"
              .formatted(source, version, VERSION));
    }
    var fields = JsonFields.parse(
        field(tensors, ARCHITECTURE, source), source + ", " + ARCHITECTURE);
    if (!fields.string("kind").equals(KIND)) {
      throw new FormatException("%s holds a %s, expected a %s"
          .formatted(source, fields.string("kind"), KIND));
    }
    try {
      var vocabulary = Vocabulary.of(JsonFields.parse(
          "{\"symbols\":" + field(tensors, VOCABULARY, source) + "}", source + ", " + VOCABULARY)
          .strings("symbols"));
      var architecture = architecture(fields, tensors, source, vocabulary.size());
      var model = LanguageModel.of(architecture,
          block -> tensors.tensor(block.name(), Dtype.F32, block.shape()).floats());
      return new ModelFile(source, tensors, model, vocabulary);
    } catch (CellException | DataException e) {
      throw new FormatException("%s: %s".formatted(source, e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "%s describes a model that cannot be: %s".formatted(source, e.getMessage()), e);
    }
  }

  private static Architecture architecture(
      JsonFields fields, Safetensors tensors, String source, int symbols) throws IOException {
    var cell = Cell.parse(fields.string("cell"), field(tensors, CELL, source));
    var sizes = new LinkedHashMap<String, Integer>();
    var stored = fields.object("sizes");
    for (var name : stored.keys()) {
      sizes.put(name, stored.integer(name));
    }
    int layers = fields.integer("layers");
    if (layers > tensors.tensors().size()) {
      throw new FormatException("%s claims %d layers, but has only %d tensors; the file is damaged"
          .formatted(source, layers, tensors.tensors().size()));
    }
    return new Architecture(symbols, fields.integer("embedding"), cell, new Dimensions(sizes),
        layers, fields.number("dropout"), fields.number("maskDropout"),
        fields.longInteger("seed"));
  }

  private static String field(Safetensors tensors, String key, String source)
      throws FormatException {
    var value = tensors.metadata().get(key);
    if (value == null) {
      throw new FormatException(
          "%s has no %s in its metadata; expected a model written by Unroll"
              .formatted(source, key));
    }
    return value;
  }

  /// Writes a model so that a crash leaves the old file or the new one.
  ///
  /// @param provenance where the model comes from, values that JSON has
  public static void write(Path path, LanguageModel model, Vocabulary vocabulary,
      SequencedMap<String, ?> provenance) throws IOException {
    Safetensors.of(metadata(model, vocabulary, provenance), tensors(model)).write(path);
  }

  /// The metadata of a model, to which more may be added.
  public static SequencedMap<String, String> metadata(LanguageModel model, Vocabulary vocabulary,
      SequencedMap<String, ?> provenance) {
    var a = model.architecture();
    var architecture = new LinkedHashMap<String, Object>();
    architecture.put("kind", KIND);
    architecture.put("cell", a.cell().name());
    architecture.put("sizes", new TreeMap<>(a.sizes().elements()));
    architecture.put("embedding", a.embedding());
    architecture.put("layers", a.layers());
    architecture.put("dropout", a.dropout());
    architecture.put("maskDropout", a.maskDrop());
    architecture.put("seed", a.seed());
    var metadata = new LinkedHashMap<String, String>();
    metadata.put(FORMAT, VERSION);
    metadata.put(CELL, a.cell().toString());
    metadata.put(ARCHITECTURE, Json.write(architecture));
    metadata.put(VOCABULARY, Json.write(vocabulary.toList()));
    metadata.put(PROVENANCE, Json.write(provenance));
    return metadata;
  }

  /// The parameters of a model as tensors, to which more may be added.
  public static SequencedMap<String, StoredTensor> tensors(LanguageModel model) {
    var tensors = new LinkedHashMap<String, StoredTensor>();
    for (var block : model.parameters().blocks()) {
      tensors.put(block.name(), StoredTensor.of(Arrays.copyOfRange(model.parameters().values(),
          block.offset(), block.offset() + block.length()), block.shape()));
    }
    return tensors;
  }

  /// Where it was read from.
  public String source() {
    return source;
  }

  /// The model.
  public LanguageModel model() {
    return model;
  }

  /// Its vocabulary.
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /// Where the model comes from.
  public JsonFields provenance() throws FormatException {
    return JsonFields.parse(
        tensors.metadata().getOrDefault(PROVENANCE, "{}"), source + ", " + PROVENANCE);
  }

  /// The metadata as it stands in the file.
  public SequencedMap<String, String> metadata() {
    return tensors.metadata();
  }

  /// The tensors as they stand in the file.
  public Safetensors tensors() {
    return tensors;
  }
}
