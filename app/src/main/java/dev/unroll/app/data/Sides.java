package dev.unroll.app.data;

import dev.unroll.data.Tokens;
import dev.unroll.datasets.example.As;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The format of the two sides of a structure's examples: as recorded in training, or, for a model
/// that was not trained on a file by a command of ours, as the model itself suggests.
///
/// @param input the kind of inputs
/// @param target the kind of targets
/// @param scales of their numbers
public record Sides(As input, As target, Scales scales) {

  public static Sides of(ModelFile file) throws FormatException {
    var given = given(file);
    if (given != null) {
      return new Sides(given.input(), given.target(),
          Scales.of(file.model()));
    }
    var anatomy = Anatomy.of(file.model().architecture());
    var answers = file.vocabularies().get(ExampleData.OUTPUT);
    return new Sides(
        side(file.vocabularies().get(ExampleData.INPUT), anatomy.inputs().symbols() > 0),
        answers != null && anatomy.kind() == StructureKind.SEQUENCE_TO_VECTOR ? As.LABEL
            : side(answers, anatomy.hasClasses()),
        Scales.of(file.model()));
  }

  /// The record of the training; `null` if it was not on a file of examples.
  public static @Nullable ExampleSource given(ModelFile file) throws FormatException {
    var provenance = file.provenance();
    return provenance.has("data") && provenance.object("data").has("source")
        ? ExampleSource.of(provenance.object("data"))
        : null;
  }

  private static As side(@Nullable List<String> vocabulary, boolean symbols) {
    if (vocabulary != null) {
      return vocabulary.stream().allMatch(token -> token.codePointCount(0, token.length()) == 1
          || token.equals(Tokens.UNKNOWN))
              ? As.CHARACTERS
              : As.WORDS;
    }
    return symbols ? As.SYMBOLS : As.NUMBERS;
  }
}
