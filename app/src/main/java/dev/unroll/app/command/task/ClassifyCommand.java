package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.ClassifierData;
import dev.unroll.app.task.ClassifyPage;
import dev.unroll.app.task.TaskOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.data.DataException;
import dev.unroll.table.Sequences;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.ClassifierTraining;
import dev.unroll.task.CrossValidation;
import dev.unroll.task.TextForm;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.tune.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll train classify`: trains a classifier on a file with labels.
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a classifier of texts or of numbers over time, and shows how good it is. What is not "
          + "said is chosen by the data, and printed before.",
      "",
      "DATA is CSV (commas, semicolons, tabs or bars), TSV (.tsv), JSON Lines (.jsonl), Parquet, "
          + "a folder that has a folder of texts for each class, or numbers over time: .ts of the "
          + "UCR and UEA archives, or a column of JSON arrays."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train classify reviews.csv",
      "  unroll train classify reviews.csv --text review --label sentiment --group author",
      "  unroll train classify vowels.ts --test vowels-test.ts",
      "  unroll train classify reviews.csv --folds 10",
      "  unroll train classify reviews.csv --tune 27",
      "  unroll train classify more.csv --from runs/classify-1 --set rate=0.0005",
      "  unroll predict runs/classify-1 new.csv"
    })
public final class ClassifyCommand extends TaskTraining {
  private static final String NAME = "classify";
  private static final Map<About, String> OPTIONS = Map.of(About.DATA, "--text, --label",
      About.INPUT, "--unit", About.SPLIT, "--validation, --group, --seed", About.MODEL, "--effort",
      About.TRAINING, "--epochs, --effort");

  /// The weighting of classes.
  public enum Weights {
    /// Equal weight for each example.
    NONE,
    /// Equal weight for each class.
    BALANCED
  }

  @Parameters(paramLabel = "DATA", description = "The data.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  private Path data;

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "The column of the texts, or of the arrays of numbers. Default: by its name, "
          + "or the longest texts.")
  private @Nullable String text;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "The column of the labels. Default: by its name, or the fewest different "
          + "cells.")
  private @Nullable String label;

  @Option(
      names = "--group",
      paramLabel = "COLUMN",
      description = "What may not be divided between training and validation, such as a writer.")
  private @Nullable String group;

  @Option(
      names = "--unit",
      paramLabel = "UNIT",
      description = "words or characters. Default: by the texts.")
  private TextForm.@Nullable Unit unit;

  @Option(
      names = "--class-weights",
      paramLabel = "HOW",
      description = "balanced: a rare class counts as much as a frequent one; none. Default: none.")
  private Weights weights = Weights.NONE;

  @Option(
      names = "--streaming",
      description = "Answer after every step, for streams of events: one direction only. "
          + "With --from as the model does.")
  private @Nullable Boolean streaming;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "Data to test on afterwards.")
  private @Nullable Path test;

  @Option(
      names = "--folds",
      paramLabel = "N",
      description = "Cross-validation instead: N classifiers, each tested on the part that the "
          + "others learn from. None is kept.")
  private int folds;

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private TaskOptions options = new TaskOptions();

  @Mixin
  private DumpOption dump = new DumpOption();

  private @Nullable Classifier begun;
  private @Nullable ClassifierData read;
  private @Nullable ClassifierData validation;
  private @Nullable ClassifierData tested;

  public ClassifyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  String task() {
    return NAME;
  }

  @Override
  TaskRunOptions options() {
    return options;
  }

  @Override
  public Integer call() throws IOException {
    return folds == 0 ? super.call() : crossValidate();
  }

  @Override
  void check() {
    dump.apply();
    super.check();
    options.share();
    OptionValues.inRange("--folds", folds, 0, 1_000);
    if (folds > 0 && options.tune != null) {
      throw new IllegalArgumentException(
          "--folds and --tune are two ways to use the data; give one of them");
    }
    if (folds == 1 || folds > 0 && (options.out != null || test != null)) {
      throw new IllegalArgumentException(folds == 1
          ? "--folds is 1, expected at least 2"
          : "--folds keeps no classifier, so --out and --test have no use; leave them out");
    }
  }

  @Override
  List<String> files() {
    return options.files(data, test);
  }

  @Override
  void read() throws IOException {
    var from = begun(Classifier::of);
    begun = from;
    if (from != null) {
      requireSame(from);
    }
    var columns = new ClassifierData.Columns(text, label, group);
    var train = begun == null ? ClassifierData.read(terminal.path(data), columns)
        : ClassifierData.read(terminal.path(data), columns, begun.columns());
    read = train;
    tested = test == null ? null
        : train.another(terminal.path(test)); // an error there is to be reported now
    validation = Double.isNaN(options.share()) && folds == 0
        ? train.another(terminal.path(Path.of(options.validation)))
        : null;
  }

  private void requireSame(Classifier from) {
    var form = from.textForm();
    if (form != null) {
      requireSame("--unit", unit == null ? null : unit.name().toLowerCase(Locale.ROOT),
          form.unit().name().toLowerCase(Locale.ROOT));
    }
    if (streaming != null && streaming != from.answersEachStep()) {
      throw new IllegalArgumentException(("--streaming%s is given, but the model of --from %s %s;"
          + " leave it out, or begin without --from").formatted(streaming ? "" : "=false",
              options.from, streaming ? "reads whole sequences" : "answers after every step"));
    }
  }

  private ClassifierOptions given(Settings settings, Engine engine) {
    double share = options.share();
    return ClassifierOptions.DEFAULT.seed(options.seed)
        .validation(Double.isNaN(share) ? 0 : share).effort(options.effort)
        .unit(unit).balanced(weights == Weights.BALANCED)
        .streaming(Boolean.TRUE.equals(streaming))
        .epochs(options.passes()).settings(settings).from(begun).engine(engine);
  }

  @Override
  Prepared prepare(Request request, Engine engine) {
    var data = requireNonNull(read);
    var training = training(data, validation, given(request.settings(), engine));
    if (request.told()) {
      understood(data, training);
    }
    return new Prepared(training::tunable, "examples", options.share() != 0,
        (listener, fit) -> new Result(training, training.train(listener, fit)));
  }

  private final class Result implements Trained {
    private final ClassifierTraining training;
    private final Classifier classifier;

    Result(ClassifierTraining training, Classifier classifier) {
      this.training = training;
      this.classifier = classifier;
    }

    @Override
    public void save(Path file) throws IOException {
      classifier.save(file);
    }

    @Override
    public void show(Path folder) throws IOException {
      var report = classifier.report();
      terminal.println("\n" + report);
      var test = tested;
      if (test != null) {
        report = test.texts() != null ? classifier.evaluate(test.texts())
            : classifier.evaluate(sequences(test));
        terminal.println(report.toString());
      }
      ClassifyPage.of(String.valueOf(folder.getFileName()), report, training.understood())
          .write(folder.resolve(RunFolder.REPORT));
    }

    @Override
    public String next(Path folder) {
      return "done: %s, with a page, %s; next:\n  %s predict %s %s".formatted(folder,
          RunFolder.REPORT, unroll(), ShellWord.of(folder),
          ShellWord.of(file()));
    }
  }

  /// A file of the kind that it was trained on.
  private String file() {
    var name = String.valueOf(data.getFileName());
    int dot = name.indexOf('.', 1);
    return "new" + (dot < 0 ? ".csv" : name.substring(dot));
  }

  private static ClassifierTraining training(ClassifierData read,
      @Nullable ClassifierData validation, ClassifierOptions given) {
    if (read.texts() != null) {
      if (validation != null && validation.texts() == null) {
        throw new DataException("the data are texts, but those to validate on are numbers");
      }
      return ClassifierTraining.of(read.texts(), validation == null ? null : validation.texts(),
          given);
    }
    return ClassifierTraining.of(sequences(read), validation == null ? null : sequences(validation),
        given);
  }

  private static Sequences sequences(ClassifierData read) {
    if (read.sequences() == null) {
      throw new DataException("the data are numbers over time, but the others are texts");
    }
    return read.sequences();
  }

  private void understood(ClassifierData read, ClassifierTraining training) {
    for (var one : training.understood()) {
      terminal.println(Understood.line(folds > 0 && one.about() == About.SPLIT
          ? new Understanding(About.SPLIT, ("%d folds, each tested by a classifier that was trained"
              + " on the others, of which %s chooses its epoch; seed %d")
              .formatted(folds, options.validation, options.seed))
          : one, OPTIONS));
      if (one.about() == About.DATA && !read.reasons().isEmpty()) {
        terminal.println("          " + String.join(", ", read.reasons()));
      }
    }
    terminal.println("");
  }

  private int crossValidate() throws IOException {
    check();
    read();
    try (var engine = Engine.of(options.threads)) {
      return crossValidate(requireNonNull(read), given(options.settings(), engine));
    }
  }

  private int crossValidate(ClassifierData read, ClassifierOptions given) {
    var first = training(read, null, given);
    if (!options.quiet) {
      understood(read, first);
    }
    CrossValidation.Listener listener = (fold, report) -> {
      if (!options.quiet) {
        terminal.println("fold %d: accuracy %.2f %%, macro F1 %.2f %%".formatted(fold,
            100 * report.accuracy(), 100 * report.macroF1()));
      }
    };
    var result = read.texts() != null
        ? CrossValidation.of(read.texts(), folds, given, listener)
        : CrossValidation.of(sequences(read), folds, given, listener);
    terminal.println(result + "\nnone of the classifiers is kept; leave --folds out to train one"
        + " on all");
    return 0;
  }
}
