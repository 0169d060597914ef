package dev.unroll.app.command;

import dev.unroll.Engine;
import dev.unroll.app.console.OptionValues;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.NewRun;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.task.Understood;
import dev.unroll.series.Series;
import dev.unroll.table.Table;
import dev.unroll.task.Understanding;
import dev.unroll.task.Understanding.About;
import dev.unroll.task.detect.Detector;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  private static final Map<About, String> OPTIONS = Map.of(About.DATA, "--time, --target, --first",
      About.INPUT, "--lead", About.MODEL, "--seed");

  private final Terminal terminal;

  @Parameters(
      paramLabel = "DATA",
      description = "CSV, TSV or JSON Lines with the names of the columns in its head.")
  private @Nullable Path data;

  @Option(
      names = "--time",
      paramLabel = "COLUMN",
      description = "The time stamps. Default: the first column that has some.")
  private @Nullable String time;

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
      description = "The share of usual values that may give an alarm. Default: ${DEFAULT-VALUE}.")
  private double alarms = 1e-4;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of initial values, masks and the order of windows. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "A new folder for the run. Default: runs/detect-N with the next free N.")
  private @Nullable Path out;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; any number gives the same bits. Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--quiet", description = "Print nothing but where the run is.")
  private boolean quiet;

  public TrainDetectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.inRange("--threads", threads, 1, 1_024);
    var path = Objects.requireNonNull(data);
    var series = Series.of(Table.read(terminal.path(path)));
    series = time == null ? series : series.time(time);
    series = target == null ? series : series.target(target);
    if (first != null) {
      OptionValues.inRange("--first", first, 1, Integer.MAX_VALUE);
      series = series.first(first);
    }
    var training = Detector.training().seed(seed).alarmRate(alarms);
    training = lead == null ? training : training.lead(lead);
    try (var run = NewRun.claim(out, terminal, NAME);
        var engine = Engine.of(threads);
        var progress = new TrainingProgress(terminal, quiet, "forecast values", engine::isWarm)) {
      var detector = training.engine(engine).listener(progress).onUnderstood(this::tell)
          .train(series);
      progress.clear();
      detector.save(run.folder().resolve(TrainingSession.MODEL));
      terminal
          .println("done: %s, an alarm from a distance of %.2f on; next:\n  %s detect %s %s"
              .formatted(run.folder(), detector.threshold(),
                  System.getProperty("unroll.command", "./unroll"), run.folder(), path));
    }
    return 0;
  }

  private void tell(Understanding one) {
    if (!quiet) {
      terminal.println(Understood.line(one, OPTIONS));
    }
  }
}
