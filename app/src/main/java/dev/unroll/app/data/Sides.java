package dev.unroll.app.data;

import dev.unroll.datasets.As;
import dev.unroll.format.FormatException;
import dev.unroll.model.file.ModelFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the two sides of a structure's examples are written: as its training noted it, or, for a model that
/// no command of ours has trained on a file, as the model itself suggests.
///
/// @param input what an input is
/// @param target what a target is
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

  /// What the training noted; `null` if it was not that of a file of examples.
  public static ExampleData.@Nullable Given given(ModelFile file) throws FormatException {
    var provenance = file.provenance();
    return provenance.has("data") && provenance.object("data").has("source")
        ? ExampleData.Given.of(provenance.object("data"))
        : null;
  }

  private static As side(@Nullable List<String> vocabulary, boolean symbols) {
    if (vocabulary != null) {
      return vocabulary.stream().allMatch(token -> token.codePointCount(0, token.length()) == 1)
          ? As.CHARACTERS
          : As.WORDS;
    }
    return symbols ? As.SYMBOLS : As.NUMBERS;
  }
}
