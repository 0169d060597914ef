package dev.unroll.app.command.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.app.console.WrittenFile;
import dev.unroll.app.page.PageTarget;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.task.DetectPage;
import dev.unroll.series.Track;
import dev.unroll.table.Table;
import dev.unroll.task.detect.Detector;
import dev.unroll.task.detect.Judgement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `unroll detect`: finds anomalies in a table.
@Command(
    name = "detect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Prints for each step of a table how odd its value is, as CSV: what was "
        + "expected, the distance in usual errors, how likely it is that the value is odd, and "
        + "whether that is an alarm; nothing where a step is not judged. Each step is judged by "
        + "what "
        + "came before it. The model is one "
        + "of unroll train detect.",
    footer = {
      "",
      "Examples:",
      "  unroll detect runs/detect-1 cpu.csv > judged.csv",
      "  unroll detect runs/detect-1 cpu.csv --alarms-only",
      "  unroll detect runs/detect-1 cpu.csv --page alarms.html"
    })
public final class DetectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model file or the folder of a run.")
  private @Nullable Path model;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description = "CSV, TSV, Parquet or JSON Lines with the columns that it was trained on.")
  private @Nullable Path data;

  @Option(names = "--alarms-only",
      description = "Print the steps that give an alarm, and no others.")
  private boolean alarmsOnly;

  @Option(names = "--page", paramLabel = "FILE",
      description = "Also write a page with the values, what was expected, and the alarms.")
  private @Nullable Path page;

  public DetectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var detector = Detector.load(RunFolder.model(terminal.folder(), model));
    var file = Objects.requireNonNull(data);
    if (page == null) {
      return answer(terminal, detector, file, alarmsOnly);
    }
    var target = terminal.path(page);
    WrittenFile.requireOther(target, terminal.path(file), "the table that is judged");
    PageTarget.require(target);
    var track = track(terminal, detector, file);
    var judged = DetectPage.judged(detector, track);
    var made = DetectPage.of(String.valueOf(model), detector, track, judged, file.toString());
    begin(terminal);
    for (int t = 0; t < track.length(); t++) {
      print(terminal, track, t, judged.get(t), alarmsOnly);
    }
    terminal.out().flush();
    made.write(target);
    return 0;
  }

  /// Prints how odd each step of a file is.
  public static int answer(Terminal terminal, Detector detector, Path data, boolean alarmsOnly) {
    var track = track(terminal, detector, data);
    begin(terminal);
    var watch = detector.watch();
    for (int t = 0; t < track.length(); t++) {
      print(terminal, track, t, watch.next(track.columns()[0][t]), alarmsOnly);
    }
    terminal.out().flush();
    return 0;
  }

  /// The column that a detector watches, of a file.
  ///
  /// @throws IllegalArgumentException if its time step is another one
  public static Track track(Terminal terminal, Detector detector, Path data) {
    var series = detector.read(Table.read(terminal.path(data)));
    if (!series.step().equals(detector.step())) {
      throw new IllegalArgumentException(
          "%s has a time step of %s, but the detector learned steps of %s"
              .formatted(data, series.step(), detector.step()));
    }
    return series.tracks().getFirst();
  }

  private static void begin(Terminal terminal) {
    terminal.out().println("time,value,expected,distance,likelihood,alarm");
  }

  private static void print(Terminal terminal, Track track, int t, Judgement judged,
      boolean alarmsOnly) {
    if (judged.alarm() || !alarmsOnly) {
      terminal.out().println(row(track, t, judged));
    }
  }

  private static String row(Track track, int t, Judgement judged) {
    return "%s,%s,%s,%s,%s,%s".formatted(track.stamp(t), number(judged.value()),
        number(judged.expected()), number(judged.distance()), number(judged.likelihood()),
        judged.isJudged() ? judged.alarm() : "");
  }

  /// A number; empty if there is none.
  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
  }
}
