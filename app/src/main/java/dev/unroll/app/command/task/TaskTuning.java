package dev.unroll.app.command.task;

import dev.unroll.Engine;
import dev.unroll.app.command.task.TaskTraining.Prepared;
import dev.unroll.app.command.task.TaskTraining.Request;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.TaskRun;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.run.TrialTable;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.app.task.TrialReport;
import dev.unroll.app.task.TuningPage;
import dev.unroll.data.DataException;
import dev.unroll.format.FormatException;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tunable;
import dev.unroll.task.tune.Tuning;
import dev.unroll.task.tune.Tuning.Job;
import dev.unroll.train.Fit;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `--tune N`: a search for the settings of a task, in the folder of its run. Each trial has a
/// folder of its own in it, with its model and its checkpoint, from which it goes on; `trials.csv`
/// has what was found, and with it a search goes on that was killed.
final class TaskTuning {
  private static final String TRIALS = "trials";
  private static final String PAGE = "tuning.html";

  private final TaskTraining task;
  private final TaskRunOptions options;
  private final Terminal terminal;
  private final TaskRun run;
  private final Engine engine;
  private final Tunable tunable;
  private @Nullable Prepared defaults;
  private List<TrialTable.Row> rows = new ArrayList<>();
  private volatile @Nullable Fit current;
  private volatile boolean stopped;

  /// @param tunable of the defaults
  /// @param defaults the training of the first trial
  TaskTuning(TaskTraining task, TaskRun run, Engine engine, Tunable tunable, Prepared defaults) {
    this.task = task;
    this.run = run;
    this.engine = engine;
    this.tunable = tunable;
    this.defaults = defaults;
    options = task.options();
    terminal = task.terminal;
  }

  /// Searches, and makes the best trial the result of the run.
  ///
  /// @return the exit code
  int search(int trials) throws IOException {
    var given = options.settings();
    var space = tunable.space().without(given.values().keySet());
    var tuning = Tuning.of(space.draw(options.seed, trials).stream().map(given::with).toList(),
        tunable.epochs());
    var table = run.folder().resolve(TrialTable.FILE);
    rows = TrialTable.read(table, tunable.figure());
    for (var row : rows) {
      tuning = restored(tuning, row);
    }
    if (!options.quiet) {
      terminal.println("search    %d trials of %s; %s of %d epochs; %s chooses".formatted(trials,
          space, tuning.budgets().stream().map(String::valueOf)
              .reduce((a, b) -> a + ", " + b).orElseThrow(),
          tunable.epochs(), tunable.figure()));
    }
    try (var interruption = Interruption.listen(this::stop)) {
      while (!tuning.finished()) {
        for (var job : tuning.waiting()) {
          var row = made(job);
          if (row == null) {
            return told(interruption);
          }
          rows.add(row);
          tuning = tuning.with(job.trial(), tunable.larger() ? row.figure() : -row.figure());
          TrialTable.write(table, rows, tuning, tunable.figure());
          if (!options.quiet) {
            terminal.println(line(row));
          }
        }
        for (int trial = 0; trial < trials; trial++) {
          if (tuning.rung(trial) < tuning.waiting().stream().mapToInt(Job::rung).max().orElse(-1)) {
            TaskRun.removeCheckpoints(folder(trial)); // it goes on no more
          }
        }
      }
      return end(tuning, interruption);
    }
  }

  private Tuning<Settings> restored(Tuning<Settings> tuning, TrialTable.Row row)
      throws FormatException {
    var waiting = tuning.waiting().stream().filter(job -> job.trial() == row.trial()
        && job.rung() == row.rung() && job.candidate().equals(row.settings())).findFirst();
    if (waiting.isEmpty()) {
      throw new FormatException(
          "%s has a trial %d that is not one of this search; restore it, or start anew"
              .formatted(run.folder().resolve(TrialTable.FILE), row.trial()));
    }
    return tuning.with(row.trial(), tunable.larger() ? row.figure() : -row.figure());
  }

  private Path folder(int trial) {
    return run.folder().resolve(TRIALS).resolve(Integer.toString(trial));
  }

  /// Makes a trial; null if it was stopped.
  private TrialTable.@Nullable Row made(Job<Settings> job) throws IOException {
    long start = System.nanoTime();
    var folder = folder(job.trial());
    RunFolder.create(folder);
    var fit = TaskRun.fit(folder).pauseAfter(job.budget());
    double figure = Double.NaN;
    var failure = "";
    try {
      var prepared = prepared(job);
      try (var shown = new TrainingProgress(terminal, options.quiet || !terminal.interactive(),
          prepared.counted(), engine::isWarm, prepared.validates())) {
        begin(fit);
        var trained = prepared.training().train(bar(shown), fit);
        if (fit.stopped() && !fit.finished() && fit.epochs() < job.budget()) {
          return null;
        }
        trained.save(folder.resolve(TrainingSession.MODEL));
      }
      figure = fit.best().value();
    } catch (DataException e) {
      if (job.trial() == 0) {
        if (rows.isEmpty()) {
          TaskRun.removeCheckpoints(folder);
          Files.deleteIfExists(folder);
          Files.deleteIfExists(run.folder().resolve(TRIALS));
          run.discard();
        }
        throw e; // of the data, not of the settings
      }
      failure = Failure.sentence(e);
    } catch (TrainingException | IllegalArgumentException | OutOfMemoryError e) {
      failure = Failure.sentence(e);
    }
    return new TrialTable.Row(job.trial(), job.rung(), Math.min(job.budget(),
        Math.max(fit.epochs(), failure.isEmpty() ? 0 : 1)), job.candidate(), figure,
        (System.nanoTime() - start) / 1e9, failure);
  }

  private Prepared prepared(Job<Settings> job) {
    var first = defaults;
    defaults = null;
    return first != null && job.trial() == 0 ? first
        : task.prepare(new Request(job.candidate(), false, true), engine);
  }

  /// The bar alone: epochs of trials are no news.
  private static TrainingListener bar(TrainingListener shown) {
    return new TrainingListener() {
      @Override
      public void begin(int epochs) throws IOException {
        shown.begin(epochs);
      }

      @Override
      public void step(Step step) throws IOException {
        shown.step(step);
      }
    };
  }

  private void begin(Fit fit) {
    current = fit;
    if (stopped) {
      fit.stop();
    }
  }

  private void stop() {
    stopped = true;
    var fit = current;
    if (fit != null) {
      fit.stop();
    }
  }

  private int told(Interruption interruption) {
    terminal.println("stopped after %d trials and saved; go on with\n  %s".formatted(rows.size(),
        run.resumption()));
    return interruption.exitCode();
  }

  private String line(TrialTable.Row row) {
    var found = row.failure().isEmpty()
        ? String.format(Locale.ROOT, "%s %.4f", tunable.figure(), row.figure())
        : "failed: " + row.failure();
    return String.format(Locale.ROOT, "trial %-3d %d of %d epochs: %s, %.1f s   %s", row.trial(),
        row.epochs(), tunable.epochs(), found, row.seconds(),
        row.trial() == 0 ? "the defaults" : row.settings());
  }

  /// The last rung on which a trial did not fail.
  private int lastRung(int trial) {
    return rows.stream().filter(row -> row.trial() == trial && row.failure().isEmpty())
        .mapToInt(TrialTable.Row::rung).max().orElseThrow();
  }

  /// The best trial as the result of the run; with it alone the test data are looked at.
  private int end(Tuning<Settings> tuning, Interruption interruption) throws IOException {
    var best = tuning.best().orElseThrow(() -> new IllegalStateException(
        "all %d trials failed; the first: %s".formatted(tuning.candidates().size(),
            rows.getFirst().failure())));
    var settings = tuning.candidates().get(best);
    boolean again = task.trainsAgain();
    var fit = again ? run.fit()
        : TaskRun.fit(folder(best)).pauseAfter(tuning.budgets().get(lastRung(best)));
    begin(fit);
    var trained = task.prepare(new Request(settings, false, !again), engine).training()
        .train(TrainingListener.SILENT, fit);
    if (again && !fit.finished()) {
      return told(interruption);
    }
    trained.save(run.model());
    var report = new TrialReport(tunable, tuning, rows);
    TuningPage.of(String.valueOf(run.folder().getFileName()), report)
        .write(run.folder().resolve(PAGE));
    terminal.println("\n" + report.text());
    trained.show(run.folder());
    for (int trial = 0; trial < tuning.candidates().size(); trial++) {
      TaskRun.removeCheckpoints(folder(trial));
    }
    run.end();
    terminal.println("all trials: %s and the page %s; the best one again, without a search:\n  %s"
        .formatted(TrialTable.FILE, PAGE, task.command(settings)));
    terminal.println(trained.next(run.folder()));
    return interruption.exitCode();
  }
}
