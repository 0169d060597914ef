package dev.unroll.app.data;

import dev.unroll.data.DataException;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import dev.unroll.datasets.example.As;
import dev.unroll.datasets.example.ExampleFile;
import dev.unroll.datasets.example.SideNames;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Examples for a model that there is already: read with its tokens and labels, and checked to be
/// of its form.
public final class FittingExamples {
  private FittingExamples() {}

  /// Reads a file of examples.
  ///
  /// @return with a target of −1 for each label that the model does not know
  /// @throws DataException one sentence with the number of the line, if one does not fit
  public static ExampleFile read(Path folder, ModelFile model, SideNames names, As input,
      As target, String source) {
    var outputs = model.model().architecture().outputs();
    var file = ExampleReader.flat(ExampleFile.read(folder.resolve(source),
        new ExampleFile.Format(names, input, tokens(model, ExampleData.INPUT), target,
            tokens(model, ExampleData.OUTPUT))),
        Anatomy.of(model.model().architecture()).kind());
    file.check(form(model));
    if (outputs.loss().equals(Loss.binaryCrossEntropy())) {
      ExampleData.checkBits(file);
    }
    return file;
  }

  /// The form of the examples of a model.
  static Form form(ModelFile model) {
    var anatomy = Anatomy.of(model.model().architecture());
    int targets = anatomy.outputs().targets();
    return new Form(
        anatomy.inputs().symbols() > 0 ? new Kind.Symbols(anatomy.inputs().symbols())
            : new Kind.Features(anatomy.inputs().size()),
        anatomy.hasClasses() ? new Kind.Symbols(targets) : new Kind.Features(targets),
        anatomy.kind().pairing());
  }

  /// Refuses labels that a model does not know.
  ///
  /// @throws DataException with the first line, and the labels that there are
  static void requireKnown(ExampleFile file, ModelFile model) {
    if (file.unseen().isEmpty()) {
      return;
    }
    int first = 0;
    while (!(file.examples().get(first).target() instanceof Symbols(var labels))
        || Arrays.stream(labels).noneMatch(label -> label < 0)) {
      first++;
    }
    var known = model.vocabularies().getOrDefault(ExampleData.OUTPUT, List.of());
    throw new DataException(
        ("%s: the label \"%s\" is not among the %d of %s, %s; correct it, or begin without --from")
            .formatted(file.where(first), Excerpt.of(file.unseen().getFirst()), known.size(),
                model.source(), Excerpt.of(String.join(", ", known))));
  }

  private static @Nullable Tokens tokens(ModelFile model, String name) {
    var symbols = model.vocabularies().get(name);
    return symbols == null ? null : Tokens.of(symbols);
  }
}
