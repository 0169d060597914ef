package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.command.task.OptionsOfTasks;
import dev.unroll.app.command.task.TrainTagCommand;
import dev.unroll.app.console.DumpOption;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.data.TextSource;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.ClassifierData;
import dev.unroll.app.task.DetectorEvaluation;
import dev.unroll.app.task.PairFiles;
import dev.unroll.data.DataException;
import dev.unroll.data.text.TextSplit;
import dev.unroll.format.json.Json;
import dev.unroll.model.LanguageModel;
import dev.unroll.model.file.ModelFile;
import dev.unroll.table.Table;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierReport;
import dev.unroll.task.TaskFile;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.forecast.ForecastReport;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.tag.TagReport;
import dev.unroll.task.tag.Tagger;
import dev.unroll.task.transduce.Transducer;
import dev.unroll.task.transduce.TransducerReport;
import dev.unroll.train.Evaluation;
import dev.unroll.train.text.TextCoding;
import dev.unroll.train.text.TextTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `unroll evaluate`: evaluates a model.
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Tells how well a model predicts a text, the mean of −log p of each character "
        + "given those"
        + " before it; or how well a model of unroll fit answers examples; or the figures of a "
        + "classifier, a tagger, a transducer or a forecaster, or the alarms of a detector.",
    footer = {
      "",
      "Examples:",
      "  unroll evaluate",
      "  unroll evaluate runs/shakespeare-2 --data other.txt --split all",
      "  unroll evaluate runs/names-1 --data test.jsonl",
      "  unroll evaluate runs/classify-1 test.csv",
      "  unroll evaluate runs/tag-1 test.conll",
      "  unroll evaluate runs/transduce-1 test.tsv --beam 10",
      "  unroll evaluate runs/forecast-1",
      "  unroll evaluate runs/detect-1 cpu.csv --label anomaly"
    })
public final class EvaluateCommand implements Callable<Integer> {
  /// The part of a text.
  public enum Split {
    /// The last tenth.
    VALIDATION,
    /// The nine tenths before it.
    TRAIN,
    /// Everything.
    ALL
  }

  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run. Default: the newest run under runs.")
  private @Nullable Path model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The same as --data.")
  private @Nullable String file;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "A text in UTF-8, or shakespeare; or examples. Default: what the model was "
          + "trained"
          + " on.")
  private @Nullable String data;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description = "validation: the last tenth of a text, or what was held out of the examples; "
          + "train: the"
          + " rest; all. Default: validation; all of the examples of --data.")
  private @Nullable Split split;

  @Option(
      names = "--text",
      paramLabel = "COLUMN",
      description = "Of a classifier or transducer: the column to read. Default: as in its "
          + "training.")
  private @Nullable String textColumn;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description = "Of a classifier or transducer: the column of the labels or targets. Default: "
          + "as "
          + "in its training. Of a detector: the column that is 1 where a value is an anomaly, "
          + "else 0.")
  private @Nullable String labelColumn;

  @Option(
      names = "--column",
      paramLabel = "N|NAME",
      description = "Of a tagger: the column of the tags. Default: as in its training.")
  private @Nullable String tagColumn;

  @Option(
      names = "--windows",
      paramLabel = "FILE",
      description = "Of a detector: the anomalies as JSON, as in the Numenta benchmark.")
  private @Nullable Path windows;

  @Option(
      names = "--beam",
      paramLabel = "N",
      description = "Of what writes sequences: how many prefixes are followed. Default: 5 for a"
          + " transducer, else 1.")
  private @Nullable Integer beam;

  @Option(
      names = "--streams",
      paramLabel = "N",
      description = "Of a text: in how many parts it is read side by side, each without what is"
          + " before it. Default: 16; with 1 it is read from the beginning to the end.")
  private int streams = TextTask.STREAMS;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin
  private DumpOption dump = new DumpOption();

  public EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    dump.apply();
    if (file != null) {
      if (data != null) {
        throw new IllegalArgumentException(
            "%s and --data both say what to evaluate on; give one of them".formatted(file));
      }
      data = file;
    }
    OptionValues.inRange("--threads", threads, 1, 1_024);
    OptionValues.inRange("--streams", streams, 1, 1_024);
    OptionValues.inRange("--beam", beam(1), 1, 1_000);
    var path = RunFolder.model(terminal.folder(), model);
    var stored = FiniteModel.read(path);
    var task = TaskFile.of(stored);
    if (task.isPresent() && Classifier.is(task.get())) {
      OptionsOfTasks.CLASSIFIER.check(spec);
      return classifier(Classifier.of(task.get()));
    }
    if (task.isPresent() && Tagger.is(task.get())) {
      OptionsOfTasks.TAGGER.check(spec);
      return tags(Tagger.of(task.get()));
    }
    if (task.isPresent() && Transducer.is(task.get())) {
      OptionsOfTasks.TRANSDUCER.check(spec);
      return transducer(Transducer.of(task.get()));
    }
    if (task.isPresent() && Forecaster.is(task.get())) {
      OptionsOfTasks.FORECASTER.check(spec);
      return forecasts(Forecaster.of(task.get()));
    }
    if (task.isPresent() && Detector.is(task.get())) {
      OptionsOfTasks.DETECTOR.check(spec);
      var report = new DetectorEvaluation(terminal, data, labelColumn, windows)
          .of(Detector.of(task.get()));
      terminal.println(json ? Json.write(report.fields()) : report.toString());
      return 0;
    }
    boolean writes = LanguageModel.is(stored.model());
    (writes ? OptionsOfTasks.LANGUAGE_MODEL : OptionsOfTasks.EXAMPLES).check(spec);
    return writes ? text(stored) : examples(stored);
  }

  /// Evaluates on `--data`; without it, prints the report of the training.
  private int classifier(Classifier classifier) {
    if (split != null) {
      throw new IllegalArgumentException(
          "--split is not for classifiers, which are tested on what --data gives; leave it out");
    }
    ClassifierReport report;
    if (data == null) {
      report = classifier.report();
    } else {
      var tested = ClassifierData.read(terminal.folder().resolve(data),
          new ClassifierData.Columns(column(textColumn, classifier, "text"),
              column(labelColumn, classifier, "label"), null));
      report = tested.texts() != null ? classifier.evaluate(tested.texts())
          : classifier.evaluate(Objects.requireNonNull(tested.sequences()));
    }
    if (data != null) {
      noteKnown(terminal.folder().resolve(data).toString(), classifier.trainedOn());
    }
    terminal.println(json ? Json.write(report.fields()) : report.toString());
    return 0;
  }

  /// Evaluates on `--data`; without it, prints the report of the training.
  private int tags(Tagger tagger) {
    if (split != null) {
      throw new IllegalArgumentException(
          "--split is not for taggers, which are tested on what --data gives; leave it out");
    }
    if (tagColumn != null && data == null) {
      throw new IllegalArgumentException(
          "--column says which tags of a file are right; give the file by --data");
    }
    TagReport report;
    if (data == null) {
      report = tagger.report();
    } else {
      var sentences = TrainTagCommand.read(terminal, Path.of(data), tagger, tagColumn);
      report = tagger.evaluate(sentences);
      noteKnown(sentences.name(), tagger.trainedOn());
    }
    terminal.println(json ? Json.write(report.fields()) : report.toString());
    return 0;
  }

  /// Evaluates on `--data`; without it, prints the report of the training.
  private int transducer(Transducer transducer) {
    if (split != null) {
      throw new IllegalArgumentException(
          "--split is not for transducers, which are tested on what --data gives; leave it out");
    }
    TransducerReport report;
    if (data == null) {
      report = transducer.report();
    } else {
      var pairs = PairFiles.read(terminal, data, textColumn, labelColumn, transducer.columns());
      try (var engine = Engine.of(threads)) {
        report = transducer.on(engine).evaluate(pairs, beam(Transducer.BEAM));
      }
      noteKnown(pairs.name(), transducer.trainedOn());
    }
    terminal.println(json ? Json.write(report.fields()) : report.toString());
    return 0;
  }

  /// Warns of figures on data of the training.
  ///
  /// @param trainedOn empty if it is not known
  private void noteKnown(String tested, String trainedOn) {
    if (!json && tested.equals(trainedOn)) {
      terminal.println("note: it was trained on these data, so that the figures are too good\n");
    }
  }

  private static @Nullable String column(@Nullable String given, Classifier classifier,
      String what) {
    return given != null || !classifier.columns().containsKey(what) ? given
        : String.valueOf(classifier.columns().get(what));
  }

  private int text(ModelFile file) throws IOException {
    var source = data == null ? TextSource.trainedOn(file) : data;
    var coding = TextCoding.of(file);
    var text = part(TextSource.of(terminal.folder(), source).text());
    var symbols = coding.encode(text);
    if (symbols.length < 2) {
      throw new DataException(
          ("the %s part of %s has %d %s, but 2 are needed; bring a longer text, or --split all")
              .formatted(name(), source, symbols.length, coding.unit().words()));
    }
    try (var engine = Engine.of(threads)) {
      print(file, source, coding.unit(), TextTask.Size.of(text, symbols.length),
          Evaluation.score(file.model(), TextTask.evaluation(symbols, streams), engine).mean());
    }
    return 0;
  }

  /// Prints the report on the test part, or evaluates on a given table.
  private int forecasts(Forecaster forecaster) {
    if (split != null) {
      throw new IllegalArgumentException(
          "--split is for texts and examples; a forecaster tells what it found on its test part, "
              + "or of"
              + " all of --data");
    }
    ForecastReport report;
    if (data == null) {
      report = forecaster.report();
    } else {
      var series = forecaster.read(Table.read(terminal.path(Path.of(data))));
      report = forecaster.test(series);
      noteKnown(series.source(), forecaster.trainedOn());
    }
    terminal.println(json ? Json.write(report.fields()) : report.toString());
    return 0;
  }

  private int examples(ModelFile file) throws IOException {
    var evaluation = ExampleEvaluation.of(terminal.folder(), file, data, split);
    try (var engine = Engine.of(threads)) {
      var found = evaluation.run(engine, beam(1));
      terminal.println(json ? Json.write(evaluation.fields(file.source(), found))
          : evaluation.text(file.source(), found));
    }
    return 0;
  }

  private int beam(int otherwise) {
    return beam == null ? otherwise : beam;
  }

  private String part(String text) {
    return switch (textSplit()) {
      case VALIDATION -> TextSplit.of(text).validation();
      case TRAIN -> TextSplit.of(text).train();
      case ALL -> text;
    };
  }

  private Split textSplit() {
    return split == null ? Split.VALIDATION : split;
  }

  private String name() {
    return textSplit().name().toLowerCase(Locale.ROOT);
  }

  private void print(ModelFile file, String source, TextCoding.Unit unit, TextTask.Size size,
      double loss) {
    FiniteModel.require("the loss of %s on %s".formatted(file.source(), source), loss);
    double perplexity = Math.exp(loss);
    var capital = unit.name().charAt(0) + unit.word().substring(1);
    if (json) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("model", file.source());
      fields.put("data", source);
      fields.put("split", name());
      fields.put(unit.words(), size.symbols());
      fields.put("natsPer" + capital, loss);
      fields.put("bitsPerCharacter", size.bitsPerCharacter(loss));
      fields.put("bitsPerByte", size.bitsPerByte(loss));
      fields.put("perplexity", perplexity);
      terminal.println(Json.write(fields));
      return;
    }
    terminal.println(
        """
        %s on %s, %s (%,d %s)
          %.4f  nats per %s
          %.4f  bits per character
          %.4f  bits per byte
          %.4f  perplexity"""
            .formatted(file.source(), source, name(), size.symbols(), unit.words(), loss,
                unit.word(), size.bitsPerCharacter(loss), size.bitsPerByte(loss), perplexity));
  }
}
