package dev.unroll.app.reproduce;

import dev.unroll.Engine;
import dev.unroll.app.page.Page;
import dev.unroll.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs an experiment in a folder: a subfolder for each row, which has its result and its
/// curves. Rows that are finished are not run again. One thread; any other may call [#stop].
public final class Reproduction {
  private final Experiment experiment;
  private final Options options;
  private final List<Row> all;
  private final List<Row> rows;
  private final Engine engine;
  private final Path folder;
  private final Consumer<String> progress;
  private @Nullable Bench bench;
  private boolean stopping;

  /// @param only words in the labels or ids of the rows to run; null for all
  /// @param folder which must exist
  /// @param progress receives lines for the screen
  /// @throws IllegalArgumentException if there is no such row, or data is missing
  /// @throws IOException if data cannot be read
  public Reproduction(Experiment experiment, Options options, @Nullable String only, Engine engine,
      Path folder, Consumer<String> progress) throws IOException {
    this.experiment = experiment;
    this.options = options;
    this.engine = engine;
    this.folder = folder;
    this.progress = progress;
    all = experiment.rows(options);
    rows = only == null ? all : chosen(all, only);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("%s has no row '%s'; it has %s".formatted(
          experiment.name(), only, all.stream().map(Row::id).collect(Collectors.joining(", "))));
    }
  }

  /// The row with this name, else those with these words in their label: `GRU` is not
  /// `GRU, chrono`.
  private static List<Row> chosen(List<Row> all, String text) {
    var named = all.stream().filter(row -> row.id().equals(Row.id(text))).toList();
    return named.isEmpty() ? all.stream().filter(row -> is(row, text)).toList() : named;
  }

  /// Whether the label contains the words of a text in order: `t-20` is not `t-200`.
  private static boolean is(Row row, String text) {
    return "-%s-".formatted(row.id()).contains("-%s-".formatted(Row.id(text)));
  }

  /// Runs the rows that are not finished.
  ///
  /// @param finished is called after each of them
  /// @throws StoppedException if it was stopped; finished rows are kept
  public void run(Step finished) throws IOException {
    for (var row : rows) {
      var home = Bench.folder(folder.resolve(row.id()));
      var result = Result.read(row, home, options);
      if (result == null) {
        progress.accept(row.label());
        result = run(row, begin(home));
        result.write(home, options);
      }
      progress.accept("%s: %s%s".formatted(row.label(), result.shown(),
          row.published().isEmpty() ? "" : " (published: %s)".formatted(row.published())));
      finished.done();
    }
  }

  /// Called after a row.
  @FunctionalInterface
  public interface Step {
    /// Called when a row is finished.
    void done() throws IOException;
  }

  private static Result run(Row row, Bench bench) throws IOException {
    var outcome = outcome(row, bench);
    return new Result(row.label(), row.published(), outcome.shown(), outcome.parameters(),
        bench.epochs(), bench.seconds());
  }

  private static Outcome outcome(Row row, Bench bench) throws IOException {
    try {
      return row.trial().run(bench);
    } catch (TrainingException e) {
      bench.say("  " + e.getMessage());
      return new Outcome(Double.NaN, "diverges", 0);
    }
  }

  private synchronized Bench begin(Path home) {
    if (stopping) {
      throw new StoppedException();
    }
    bench = new Bench(engine, options, home, progress);
    return bench;
  }

  /// Stops after the current step of training, with a checkpoint.
  public synchronized void stop() {
    stopping = true;
    if (bench != null) {
      bench.stop();
    }
  }

  /// The table of the rows finished so far, in Markdown.
  public String table() throws IOException {
    return ResultTable.of(experiment, options, results(), engine);
  }

  private List<Result> results() throws IOException {
    var results = new ArrayList<Result>();
    for (var row : all) {
      var result = Result.read(row, folder.resolve(row.id()), options);
      if (result != null) {
        results.add(result);
      }
    }
    return results;
  }

  /// A page of the curves and the table so far.
  public Page page() throws IOException {
    var runs = new ArrayList<ResultPage.Run>();
    for (var row : all) {
      runs.addAll(curves(row));
    }
    return ResultPage.of(experiment, runs, results());
  }

  private List<ResultPage.Run> curves(Row row) throws IOException {
    var home = folder.resolve(row.id());
    if (!Files.isDirectory(home)) {
      return List.of();
    }
    List<Path> folders;
    try (var inside = Files.list(home)) {
      folders = inside.filter(Files::isDirectory).sorted().toList();
    }
    var curves = new ArrayList<ResultPage.Run>();
    for (var run : folders) {
      var epochs = CurveFile.read(run).stream().map(CurveFile.Point::epoch).toList();
      var name = folders.size() == 1 ? row.label() : row.label() + ", " + run.getFileName();
      if (!epochs.isEmpty()) {
        curves.add(new ResultPage.Run(row.label(), name, epochs));
      }
    }
    return curves;
  }
}
