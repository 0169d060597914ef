package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.data.Anatomy;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.ExampleReader;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.FittingExamples;
import dev.unroll.app.data.Sides;
import dev.unroll.data.Batch;
import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Values.Symbols;
import dev.unroll.data.text.Excerpt;
import dev.unroll.datasets.example.ExampleFile;
import dev.unroll.datasets.example.SideNames;
import dev.unroll.format.FormatException;
import dev.unroll.model.Generative;
import dev.unroll.model.Search;
import dev.unroll.model.file.ModelFile;
import dev.unroll.model.loss.Score;
import dev.unroll.score.SequenceErrors;
import dev.unroll.train.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
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
/// @param unseen the labels of examples that the model does not know, which count as wrong
record ExampleEvaluation(ModelFile file, Sides sides, int batch, String source,
    EvaluateCommand.Split part, List<Example> examples, List<String> unseen) {
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
      var read = read(folder, file, sides, data);
      return new ExampleEvaluation(file, sides, given == null ? BATCH : given.batch(), data,
          EvaluateCommand.Split.ALL, sides.scales().apply(read.examples(), read::where),
          read.unseen());
    }
    if (given == null) {
      throw new IOException("the model does not say what it was trained on, as those of unroll fit"
          + " do; give its examples as --data");
    }
    var all = ExampleReader.again(folder, given, file);
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
    return new ExampleEvaluation(file, sides, given.batch(), given.source(), part, examples,
        List.of());
  }

  private static ExampleFile read(
      Path folder, ModelFile file, Sides sides, String data) throws FormatException {
    var given = Sides.given(file);
    var examples = FittingExamples.read(folder, file,
        given == null ? SideNames.DEFAULT : given.names(), sides.input(), sides.target(), data);
    if (examples.unseen().size() == examples.examples().size()) {
      throw new DataException("%s: the model knows none of its labels, such as \"%s\", only %s"
          .formatted(data, Excerpt.of(examples.unseen().getFirst()),
              Excerpt.of(String.valueOf(file.vocabularies().get(ExampleData.OUTPUT)))));
    }
    return examples;
  }

  /// The result.
  ///
  /// @param score by the loss
  /// @param errors the errors of generated sequences; `null` for models that do not generate
  ///     symbols
  /// @param numbers the errors of numbers in the units of the data; `null` for models of classes,
  ///     quantiles or distributions
  public record Found(Score score, @Nullable SequenceErrors errors,
      @Nullable NumberErrors numbers) {}

  /// Runs the model.
  ///
  /// @param beam how many prefixes of sequences are followed; 1 for the most probable next symbol
  public Found run(Engine engine, int beam) {
    var score = Evaluation.score(
        file.model(), Batches.byLength(examples, batch), engine);
    FiniteModel.require("the loss of %s on %s".formatted(file.source(), source), score.mean());
    var outputs = anatomy().outputs();
    return new Found(score, anatomy().hasClasses() && file.model() instanceof Generative model
        ? errors(model, engine, new Search.Beam(beam, 0))
        : null,
        outputs.loss().countsRight() || outputs.size() != outputs.targets() ? null
            : NumberErrors.of(file.model(), examples, batch, sides.scales(), engine));
  }

  /// The share of the answers that are right; what has an unknown label is not.
  private double accuracy(Score score) {
    return (double) score.right() / (score.count() + unseen.size());
  }

  /// The accuracy of the most frequent class as the answer to everything; NaN for what is no class.
  private double majority() {
    var counts = new HashMap<Integer, Integer>();
    long all = unseen.size();
    for (var example : examples) {
      if (example.target() instanceof Symbols(var symbols)) {
        for (int symbol : symbols) {
          if (symbol >= 0) {
            counts.merge(symbol, 1, Integer::sum);
            all++;
          }
        }
      }
    }
    return counts.isEmpty() || anatomy().kind().writes() ? Double.NaN
        : Collections.max(counts.values()) / (double) all;
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
      fields.put("accuracy", accuracy(found.score()));
      if (!Double.isNaN(majority())) {
        fields.put("mostFrequentClass", majority());
      }
      if (!unseen.isEmpty()) {
        fields.put("unknownLabels", unseen.size());
      }
    }
    var numbers = found.numbers();
    if (numbers != null) {
      fields.putAll(numbers.fields());
    }
    var errors = found.errors();
    if (errors != null) {
      fields.put("sequenceErrorRate", errors.sequenceErrorRate());
      fields.put("symbolErrorRate", errors.symbolErrorRate());
    }
    return fields;
  }

  /// The errors of the sequences that the model generates.
  private SequenceErrors errors(Generative model, Engine engine, Search.Beam beam) {
    var errors = new SequenceErrors();
    for (int from = 0; from < examples.size(); from += batch) {
      var some = examples.subList(from, Math.min(from + batch, examples.size()));
      var batch = Batch.of(some);
      var decoding = model.decoding(engine, batch.input().steps(), batch.batch(),
          beam.width());
      // Twice the longest right answer: longer ones are wrong anyway.
      var written = decoding.decode(batch, beam, 2 * batch.target().steps(), 0);
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
    var text = new StringBuilder("%s on %s, %s (%,d examples)\n  %s  loss, %s".formatted(model,
        source, partName(), examples.size(), ShortNumber.of(found.score().mean()), lossFunction()));
    if (anatomy().hasClasses()) {
      text.append((found.errors() == null ? "\n  %.4f  of the answers right"
          : "\n  %.4f  of the symbols right, each given the right ones before it")
          .formatted(accuracy(found.score())));
      if (!Double.isNaN(majority())) {
        text.append("\n  %.4f  if every answer were the most frequent class".formatted(majority()));
      }
      if (!unseen.isEmpty()) {
        text.append("\n  note    %,d examples have a label that the model does not know, such as "
            .formatted(unseen.size())
            + "\"%s\"; they count as wrong".formatted(
                Excerpt.of(unseen.getFirst())));
      }
    }
    var numbers = found.numbers();
    if (numbers != null) {
      text.append(numbers);
    }
    var errors = found.errors();
    if (errors != null) {
      text.append(("\n  %.4f  of the sequences wrong, as the model writes them on its own"
          + "\n  %.4f  edits for each symbol")
          .formatted(errors.sequenceErrorRate(), errors.symbolErrorRate()));
    }
    return text.toString();
  }
}
