package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.DetectPage;
import dev.unroll.app.task.SeriesOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.series.Series;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.detect.DetectorTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `unroll train detect`: trains an anomaly detector on a table with time stamps.
@Command(
    name = "detect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains a detector of odd values in a column of a table, one row a step of time. It learns "
          + "what is usual, so that in what it learns from odd values should be few."
    },
    footer = {
      "",
      "Examples:",
      "  unroll train detect cpu.csv --target value",
      "  unroll train detect cpu.csv --time timestamp --target value --first 600 --alarms 0.001"
    })
public final class TrainDetectCommand extends TaskTraining {
  private static final String NAME = "detect";

  /// The last part of the series, by which a search chooses.
  private static final double TUNED_BY = 0.2;
  private static final Map<About, String> OPTIONS = Map.of(
      About.DATA, "--time, --target, --id, --only, --first, --step", About.INPUT, "--lead",
      About.MODEL, "--seed", About.TRAINING, "--epochs");

  @Mixin
  private SeriesOptions table = new SeriesOptions();

  @Option(
      names = "--target",
      paramLabel = "COLUMN",
      description = "The column to watch. Default: the only one of numbers.")
  private @Nullable String target;

  @Option(
      names = "--first",
      paramLabel = "STEPS",
      description = "Learn from the first steps alone. Default: from all.")
  private @Nullable Integer first;

  @Option(
      names = "--lead",
      paramLabel = "STEPS",
      description = "How far ahead is forecast: what is odd for less does not become what is "
          + "expected. Default: a season.")
  private @Nullable Integer lead;

  @Option(
      names = "--alarms",
      paramLabel = "SHARE",
      description = "The share of usual values that may give an alarm. Default: 0.0001.")
  private double alarms = 1e-4;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the windows. Default: 20.")
  private @Nullable Integer epochs;

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private TaskRunOptions options = new TaskRunOptions();

  private @Nullable Detector begun;
  private @Nullable Series series;

  public TrainDetectCommand(Terminal terminal) {
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
  List<String> files() {
    return List.of(table.data.toString());
  }

  @Override
  void read() throws IOException {
    var from = begun(Detector::of);
    begun = from;
    if (from != null) {
      requireSame("--lead", lead, from.lead());
    }
    var all = from == null ? table.read(terminal) : table.read(terminal, from::read);
    all = target == null ? all : all.target(target);
    if (first != null) {
      OptionValues.inRange("--first", first, 1, Integer.MAX_VALUE);
      all = all.first(first);
    }
    series = all;
  }

  private DetectorTraining training() {
    var training = Detector.training().seed(options.seed).alarmRate(alarms).from(begun);
    training = lead == null ? training : training.lead(lead);
    return epochs == null ? training : training.epochs(epochs);
  }

  @Override
  Prepared prepare(Request request, Engine engine) {
    var read = requireNonNull(series);
    var training = training().settings(request.settings()).engine(engine)
        .validation(request.trial() ? TUNED_BY : 0)
        .onUnderstood(Understood.printer(terminal, !request.told(), OPTIONS));
    return new Prepared(training::tunable, "forecast values", request.trial(),
        (listener, fit) -> new Result(training.listener(listener).train(read, fit), read));
  }

  @Override
  boolean trainsAgain() {
    return true;
  }

  private final class Result implements Trained {
    private final Detector detector;
    private final Series series;

    Result(Detector detector, Series series) {
      this.detector = detector;
      this.series = series;
    }

    @Override
    public void save(Path file) throws IOException {
      detector.save(file);
    }

    @Override
    public void show(Path folder) throws IOException {
      var track = series.tracks().getFirst();
      DetectPage.of(String.valueOf(folder.getFileName()), detector, track,
          DetectPage.judged(detector, track), table.data + ", which it was trained on")
          .write(folder.resolve(RunFolder.REPORT));
      terminal.println("\n%s\nof the data that it was trained on\n".formatted(detector.report()));
    }

    @Override
    public String next(Path folder) {
      return "done: %s, with a page, %s; next:\n  %s detect %s %s".formatted(folder,
          RunFolder.REPORT, unroll(), ShellWord.of(folder),
          ShellWord.of(table.data));
    }
  }
}
