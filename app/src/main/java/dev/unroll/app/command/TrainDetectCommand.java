package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.task.SeriesOptions;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.Understood;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.detect.Detector;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
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
public final class TrainDetectCommand implements Callable<Integer> {
  private static final String NAME = "detect";
  private static final Map<About, String> OPTIONS = Map.of(
      About.DATA, "--time, --target, --id, --only, --first, --step", About.INPUT, "--lead",
      About.MODEL, "--seed", About.TRAINING, "--epochs");

  private final Terminal terminal;

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

  public TrainDetectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    options.check();
    if (options.out != null) {
      RunFolder.requireFree(terminal.path(options.out)); // before minutes are spent on reading
    }
    var series = table.read(terminal);
    series = target == null ? series : series.target(target);
    if (first != null) {
      OptionValues.inRange("--first", first, 1, Integer.MAX_VALUE);
      series = series.first(first);
    }
    var training = Detector.training().seed(options.seed).alarmRate(alarms);
    training = lead == null ? training : training.lead(lead);
    training = epochs == null ? training : training.epochs(epochs);
    try (var run = NewRun.claim(options.out, terminal, NAME);
        var engine = Engine.of(options.threads);
        var progress =
            new TrainingProgress(terminal, options.quiet, "forecast values", engine::isWarm,
                false)) {
      var detector = training.engine(engine).listener(progress)
          .onUnderstood(Understood.printer(terminal, options.quiet, OPTIONS))
          .train(series);
      progress.clear();
      detector.save(run.folder().resolve(TrainingSession.MODEL));
      terminal
          .println("\n%s\nof the data that it was trained on\n\ndone: %s; next:\n  %s detect %s %s"
              .formatted(detector.report(), run.folder(),
                  System.getProperty("unroll.command", "./unroll"), run.folder(),
                  table.data));
    }
    return 0;
  }
}
