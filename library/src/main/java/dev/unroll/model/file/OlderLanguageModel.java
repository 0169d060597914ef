package dev.unroll.model.file;

import dev.unroll.data.Tokens;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.format.safetensors.Safetensors;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Language models as builds before 0.1 wrote them, when they were a kind of model of their own:
/// `unroll.cell` has the equations, `unroll.vocabulary` the characters.
final class OlderLanguageModel {
  private static final String KIND = "language model";
  private static final String CELL = "unroll.cell";
  static final String VOCABULARY = "unroll.vocabulary";

  private OlderLanguageModel() {}

  static boolean is(JsonFields architecture) throws FormatException {
    return architecture.string("kind").equals(KIND);
  }

  static SequencedMap<String, List<String>> vocabularies(Safetensors tensors, String source)
      throws FormatException {
    var vocabularies = new LinkedHashMap<String, List<String>>();
    vocabularies.put(ModelFile.INPUT, JsonFields.parse("{\"symbols\":"
        + ModelFile.field(tensors, VOCABULARY, source) + "}", source + ", " + VOCABULARY)
        .strings("symbols"));
    return vocabularies;
  }

  static SequenceToSequence.Parts of(JsonFields fields, Safetensors tensors,
      SequencedMap<String, List<String>> vocabularies, String source) throws FormatException {
    var cell = Cell.parse(fields.string("cell"), ModelFile.field(tensors, CELL, source));
    var sizes = new LinkedHashMap<String, Integer>();
    var stored = fields.object("sizes");
    for (var name : stored.keys()) {
      sizes.put(name, stored.integer(name));
    }
    var body = RecurrentStack.of(cell, new Dimensions(sizes)).layers(fields.integer("layers"))
        .dropout(fields.number("dropout")).variational(fields.number("maskDropout"), null);
    var tokens = Tokens.of(vocabularies.firstEntry().getValue());
    return LanguageModel.parts(
        tokens, fields.integer("embedding"), body, fields.longInteger("seed"));
  }
}
