package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.command.task.DetectCommand;
import dev.unroll.app.command.task.ForecastCommand;
import dev.unroll.app.command.task.OptionsOfTasks;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.ExampleData;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.Sides;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.ClassifierAnswers;
import dev.unroll.app.task.ClassifierInputs;
import dev.unroll.app.task.TagAnswers;
import dev.unroll.app.task.TransducerAnswers;
import dev.unroll.data.Tokens;
import dev.unroll.datasets.example.InputLines;
import dev.unroll.datasets.example.InputReader;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.Search;
import dev.unroll.task.Classifier;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Transducer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `unroll predict`: predicts with a structure.
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Prints what a model of unroll fit or of a task answers: a JSON object a line for each "
          + "input, in their order, with the label and its probability, the symbols, or the "
          + "numbers.",
      "",
      "FILE has an input a line, {\"input\": ...}, as what the model was trained on; targets are "
          + "not"
          + " looked at. Without FILE the inputs come from standard input, and each is"
          + " answered as soon as it is there.",
      "",
      "Of a tagger (unroll train tag) FILE has a text a line, or is CoNLL or JSON Lines.",
      "",
      "Of a classifier or transducer FILE may be anything that it can be trained on, or "
          + "have a text a line. An input that cannot be read is answered by an error with its "
          + "line, and the exit code is 2 at the end."
    },
    footer = {
      "",
      "Examples:",
      "  unroll predict runs/names-1 new.jsonl",
      "  echo '{\"input\": \"Nakamura\"}' | unroll predict runs/names-1",
      "  unroll predict runs/classify-1 new.csv --text review",
      "  unroll predict runs/tag-1 new.txt --format conll",
      "  unroll predict runs/transduce-1 new.txt --all",
      "  unroll predict runs/words-1 new.jsonl --beam 5 --length-penalty 0.6",
      "  unroll predict runs/load-1 new.csv --monte-carlo 50"
    })
public final class PredictCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run.")
  @SuppressWarnings("NullAway.Init") // picocli requires it
  private Path model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The inputs, JSON Lines, CSV, TSV or Parquet, plain or .gz; - or nothing for "
          + "standard input.")
  private @Nullable Path file;

  @Option(
      names = "--input",
      paramLabel = "KIND",
      description = "What an input is: characters, words, label, symbols or numbers. Default: what "
          + "the model was trained on. Of a tagger: conll, text or json. Default: by the name of "
          + "the file, and of others by their first lines.")
  private @Nullable InputKind input;

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "Of a classifier or transducer: the column or field to read. Default: as in "
          + "its "
          + "training.")
  private @Nullable String text;

  @Option(
      names = "--all",
      description = "Of a classifier: print the probabilities of all classes; of a transducer, all "
          + "texts that the beam has found.")
  private boolean all;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Of a tagger: json, an object a line with tokens, tags and spans; or conll, a "
          + "token and its tag a line. Default: json.")
  private TagAnswers.Format format = TagAnswers.Format.JSON;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Of a model that writes sequences: how many are followed at once. Default: 5 "
          + "of a"
          + " transducer, else 1.")
  private @Nullable Integer beam;

  @Option(
      names = "--length-penalty",
      paramLabel = "A",
      description = "Of the beam: above 0 prefers longer sequences. Default: ${DEFAULT-VALUE}.")
  private double lengthPenalty;

  @Option(
      names = "--longest",
      paramLabel = "N",
      description = "The most steps that are written; of numbers, how many. Default: as many as the"
          + " longest target of the training.")
  private @Nullable Integer longest;

  @Option(
      names = "--monte-carlo",
      paramLabel = "N",
      description = "Leave dropout on, and tell the mean of N answers and their spread.")
  private int monteCarlo;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin
  private DumpOption dump = new DumpOption();

  public PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// The file, where a task reads a table as a whole.
  private Path given() {
    if (file == null) {
      throw new IllegalArgumentException(
          "a forecaster or detector reads a table as a whole; give its FILE after the model");
    }
    return file;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    OptionValues.inRange("--threads", threads, 1, 1_024);
    if (beam != null) {
      OptionValues.inRange("--beam", beam, 1, 1_000);
    }
    OptionValues.atLeastZero("--length-penalty", lengthPenalty);
    OptionValues.inRange("--monte-carlo", monteCarlo, 0, 100_000);
    var stored = FiniteModel.read(RunFolder.model(terminal.folder(), model));
    var task = TaskFile.of(stored);
    if (task.isPresent() && Classifier.is(task.get())) {
      OptionsOfTasks.CLASSIFIER.check(spec);
      return classify(Classifier.of(task.get()));
    }
    if (task.isPresent() && Tagger.is(task.get())) {
      OptionsOfTasks.TAGGER.check(spec);
      return tag(Tagger.of(task.get()));
    }
    if (task.isPresent() && Transducer.is(task.get())) {
      OptionsOfTasks.TRANSDUCER.check(spec);
      return transduce(Transducer.of(task.get()));
    }
    if (task.isPresent() && Forecaster.is(task.get())) {
      OptionsOfTasks.FORECASTER.check(spec);
      return ForecastCommand.answer(terminal, Forecaster.of(task.get()), given(), null);
    }
    if (task.isPresent() && Detector.is(task.get())) {
      OptionsOfTasks.DETECTOR.check(spec);
      return DetectCommand.answer(terminal, Detector.of(task.get()), given(), false);
    }
    if (LanguageModel.is(stored.model())) {
      throw new IllegalArgumentException(
          "%s is a language model, which answers no examples; unroll generate writes with it"
              .formatted(stored.source()));
    }
    OptionsOfTasks.EXAMPLES.check(spec);
    var predictor =
        new Predictor(stored, new Search.Beam(beam == null ? 1 : beam, lengthPenalty), monteCarlo);
    int steps = longest == null ? predictor.longestTarget()
        : OptionValues.inRange("--longest", longest, 1, 100_000);
    var as = input != null ? input.example() : predictor.sides().input();
    var symbols = stored.vocabularies().get(ExampleData.INPUT);
    var tokens = symbols == null ? null : Tokens.of(symbols);
    var given = Sides.given(stored);
    var field = given == null ? null : given.names().input();
    var answers = new ExampleAnswers(terminal, predictor, steps);
    try (var engine = Engine.of(threads)) {
      if (file == null || file.toString().equals("-")) {
        answers.all(new InputLines(terminal.in(), "standard input", field, as, tokens), engine);
      } else {
        try (var reader = InputReader.of(terminal.path(file), field, as, tokens)) {
          answers.all(reader, engine);
        }
      }
    }
    var note = predictor.note(steps);
    if (note != null) {
      terminal.err().println("unroll: " + note);
    }
    answers.requireAll();
    return 0;
  }

  private int classify(Classifier classifier) throws IOException {
    var trained = classifier.columns().get("text");
    var answers = new ClassifierAnswers(terminal, classifier, all);
    var inputs = new ClassifierInputs(classifier.readsTexts(), text,
        trained == null ? null : trained.toString(), answers);
    if (file == null) {
      inputs.lines(terminal.in(), "standard input");
    } else {
      inputs.read(terminal.path(file));
    }
    answers.requireAll();
    return 0;
  }

  private int transduce(Transducer transducer) throws IOException {
    try (var engine = Engine.of(threads)) {
      var answers = new TransducerAnswers(terminal, transducer.on(engine),
          beam == null ? Transducer.BEAM : beam, all);
      var inputs =
          ClassifierInputs.ofTransducer(text, transducer.columns().getFirst(), answers);
      if (file == null || file.toString().equals("-")) {
        inputs.lines(terminal.in(), "standard input");
      } else {
        inputs.read(terminal.path(file));
      }
      answers.requireAll();
    }
    return 0;
  }

  private int tag(Tagger tagger) throws IOException {
    var kind = input == null ? null : input.sentence();
    var answers = new TagAnswers(terminal, tagger, format);
    if (file == null || file.toString().equals("-")) {
      answers.read(terminal.in(), "standard input", kind);
    } else {
      answers.read(terminal.path(file), kind);
    }
    answers.requireAll();
    return 0;
  }
}
