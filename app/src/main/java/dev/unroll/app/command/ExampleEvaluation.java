package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.Sides;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Kind;
import dev.unroll.data.SequenceErrors;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.model.Generative;
import dev.unroll.model.Search;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Evaluates a structure on examples.
///
/// @param file the model
/// @param sides the format of its examples
/// @param batch the number that is computed side by side
/// @param source the examples, the path of a file as it was given
/// @param part the part of them
/// @param examples the examples of that part
record ExampleEvaluation(ModelFile file, Sides sides, int batch, String source,
    EvaluateCommand.Split part, List<Example> examples) {
  private static final int BATCH = 32;

  /// Evaluates a model.
  ///
  /// @param data a file; `null`: the training data of the model
  /// @param split the part; `null`: all of a file, or of the training data the validation part, or
  ///     the training part if there is none
  /// @throws DataException if there are no such examples, or they do not fit the model
  public static ExampleEvaluation of(Path folder, ModelFile file, @Nullable String data,
      EvaluateCommand.@Nullable Split split) throws IOException {
    if (file.model().architecture().inputs().letters() != null) {
      throw new IllegalArgumentException(
          ("%s reads words with their letters, which examples do not have; unroll predict and "
              + "evaluate use such a model").formatted(file.source()));
    }
    var sides = Sides.of(file);
    var given = Sides.given(file);
    if (data != null) {
      if (split != null && split != EvaluateCommand.Split.ALL) {
        throw new IllegalArgumentException(
            "--split is for the examples that the model was trained on; leave it out with --data");
      }
      return new ExampleEvaluation(file, sides, given == null ? BATCH : given.batch(), data,
          EvaluateCommand.Split.ALL, read(folder, file, sides, data));
    }
    if (given == null) {
      throw new IOException("the model does not say what it was trained on, as those of unroll fit"
          + " do; give its examples as --data");
    }
    var all = ExampleData.again(folder, given, Anatomy.of(file.model().architecture()).kind());
    boolean validated = !all.validation().isEmpty();
    var part = split != null ? split
        : validated ? EvaluateCommand.Split.VALIDATION : EvaluateCommand.Split.TRAIN;
    if (part == EvaluateCommand.Split.VALIDATION && !validated) {
      throw new DataException(
          "the model was trained without validation; give --split train, or other"
              + " examples as --data");
    }
    var examples = switch (part) {
      case VALIDATION -> all.validation();
      case TRAIN -> all.train();
      case ALL -> Stream.concat(all.train().stream(), all.validation().stream()).toList();
    };
    return new ExampleEvaluation(file, sides, given.batch(), given.source(), part, examples);
  }

  private static List<Example> read(
      Path folder, ModelFile file, Sides sides, String data) {
    var anatomy = Anatomy.of(file.model().architecture());
    var examples = ExampleData.read(folder.resolve(data),
        sides.input(), tokens(file, ExampleData.INPUT),
        sides.target(), tokens(file, ExampleData.OUTPUT), anatomy.kind());
    int targets = anatomy.outputs().targets();
    examples.check(new Form(
        anatomy.inputs().symbols() > 0 ? new Kind.Symbols(anatomy.inputs().symbols())
            : new Kind.Features(anatomy.inputs().size()),
        anatomy.hasClasses() ? new Kind.Symbols(targets) : new Kind.Features(targets),
        anatomy.kind().pairing()));
    if (anatomy.outputs().loss().equals(Loss.binaryCrossEntropy())) {
      ExampleData.checkBits(examples);
    }
    return sides.scales().apply(examples.examples(), examples::where);
  }

  private static @Nullable Tokens tokens(ModelFile file, String name) {
    var symbols = file.vocabularies().get(name);
    return symbols == null ? null : Tokens.of(symbols);
  }

  /// The result.
  ///
  /// @param score by the loss
  /// @param errors the errors of generated sequences; `null` for models that do not generate
  ///     symbols
  public record Found(Score score, @Nullable SequenceErrors errors) {}

  /// Runs the model.
  public Found run(Engine engine) {
    var score = Evaluation.score(
        file.model(), Batches.byLength(examples, batch), engine);
    FiniteModel.require("the loss of %s on %s".formatted(file.source(), source), score.mean());
    return new Found(score, anatomy().hasClasses() && file.model() instanceof Generative model
        ? errors(model, engine)
        : null);
  }

  private Anatomy anatomy() {
    return Anatomy.of(file.model().architecture());
  }

  private String lossFunction() {
    return anatomy().outputs().loss().plain().toString()
        + (sides.scales().scalesTargets() ? " of scaled numbers" : "");
  }

  private String partName() {
    return part.name().toLowerCase(Locale.ROOT);
  }

  public SequencedMap<String, Object> fields(String model, Found found) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("model", model);
    fields.put("data", source);
    fields.put("split", partName());
    fields.put("examples", examples.size());
    fields.put("lossFunction", lossFunction());
    fields.put("loss", found.score().mean());
    if (anatomy().hasClasses()) {
      fields.put("accuracy", found.score().accuracy());
    }
    var errors = found.errors();
    if (errors != null) {
      fields.put("sequenceErrorRate", errors.sequenceErrorRate());
      fields.put("symbolErrorRate", errors.symbolErrorRate());
    }
    return fields;
  }

  /// The errors of sequences that the model generates greedily.
  private SequenceErrors errors(Generative model, Engine engine) {
    var errors = new SequenceErrors();
    for (int from = 0; from < examples.size(); from += batch) {
      var some = examples.subList(from, Math.min(from + batch, examples.size()));
      var batch = Batch.of(some);
      var decoding = model.decoding(engine, batch.input().steps(), batch.batch(), 1);
      // Twice the longest right answer: longer ones are wrong anyway.
      var written = decoding.decode(batch, Search.greedy(), 2 * batch.target().steps(), 0);
      for (int b = 0; b < some.size(); b++) {
        if (some.get(b).target() instanceof Symbols(var right)) {
          errors.add(written.get(b).symbols(), List.of(right));
        }
      }
    }
    return errors;
  }

  /// The result as text.
  public String text(String model, Found found) {
    var text = new StringBuilder("%s on %s, %s (%,d examples)\n  %.4f  loss, %s".formatted(model,
        source, partName(), examples.size(), found.score().mean(), lossFunction()));
    if (anatomy().hasClasses()) {
      text.append("\n  %.4f  of the answers right".formatted(found.score().accuracy()));
    }
    var errors = found.errors();
    if (errors != null) {
      text.append("\n  %.4f  of the sequences wrong\n  %.4f  edits for each symbol"
          .formatted(errors.sequenceErrorRate(), errors.symbolErrorRate()));
    }
    return text.toString();
  }
}
