package dev.unroll.app.command.task;

import static java.util.Objects.requireNonNull;

import dev.unroll.Engine;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.data.FiniteModel;
import dev.unroll.app.run.RunFolder;
import dev.unroll.app.run.StoredCommand;
import dev.unroll.app.run.TaskRecord;
import dev.unroll.app.run.TaskRun;
import dev.unroll.app.run.TrainingProgress;
import dev.unroll.app.task.TaskRunOptions;
import dev.unroll.task.TaskFile;
import dev.unroll.task.tune.Settings;
import dev.unroll.task.tune.Tunable;
import dev.unroll.train.Fit;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What the commands that train a task have in common: a folder that knows its command,
/// checkpoints, Ctrl-C, and to go on with a run that was stopped or killed.
public abstract class TaskTraining implements Callable<Integer> {
  final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private boolean resumed;

  TaskTraining(Terminal terminal) {
    this.terminal = terminal;
  }

  /// What is to be trained.
  ///
  /// @param settings what replaces defaults
  /// @param told whether what was understood is said
  /// @param trial whether it is a trial of a search, which must validate
  record Request(Settings settings, boolean told, boolean trial) {}

  /// A training whose data is read and understood.
  ///
  /// @param tunable what a search needs to know
  /// @param counted the quantity that the loss is a mean over
  /// @param validates whether there is validation data
  /// @param training what trains
  record Prepared(Supplier<Tunable> tunable, String counted, boolean validates,
      Training training) {}

  /// Trains.
  @FunctionalInterface
  interface Training {
    /// Trains, with the fit's checkpoints.
    Trained train(TrainingListener listener, Fit fit);
  }

  /// What was trained.
  interface Trained {
    /// Saves it to a file.
    void save(Path file) throws IOException;

    /// Prints its figures, also those of the test data, and writes the page.
    void show(Path folder) throws IOException;

    /// What to say at the end: where it is, and the command to go on with.
    String next(Path folder);
  }

  /// The name of the task.
  abstract String task();

  /// The options around the training.
  abstract TaskRunOptions options();

  /// Checks all options.
  void check() {
    options().check();
  }

  /// The files and folders with data, as they were given.
  abstract List<String> files();

  /// Reads the data.
  abstract void read() throws IOException;

  /// Understands the data, and says so if it is to be told.
  abstract Prepared prepare(Request request, Engine engine);

  /// Whether the settings that a search finds are trained with once more, on all of the data.
  boolean trainsAgain() {
    return false;
  }

  @Override
  public Integer call() throws IOException {
    check();
    if (options().out != null && !resumed) {
      RunFolder.requireFree(terminal.path(options().out)); // before minutes are spent on reading
    }
    read();
    try (var engine = Engine.of(options().threads)) {
      var tune = options().tune;
      var prepared =
          prepare(new Request(options().settings(), !options().quiet, tune != null), engine);
      if (tune == null) {
        try (var run = run()) {
          return train(prepared, run, engine);
        }
      }
      var tunable = prepared.tunable().get();
      if (tune > 1 && tunable.space().without(options().settings().values().keySet()).defaults()
          .isEmpty()) {
        throw new IllegalArgumentException("--set gives all that --tune would search (%s); leave "
            .formatted(tunable.space()) + "some of it out, or --tune");
      }
      try (var run = run()) {
        return new TaskTuning(this, run, engine, tunable, prepared).search(tune);
      }
    }
  }

  /// Goes on with the run in a folder, with the options of its command.
  ///
  /// @param threads null for those of its command
  /// @return the exit code
  public int resume(Path folder, @Nullable Integer threads, boolean quiet) throws IOException {
    if (TaskRun.hasEnded(folder)) {
      terminal.println("%s is finished; its figures: %s evaluate %s"
          .formatted(folder, unroll(), ShellWord.of(folder)));
      return 0;
    }
    resumed = true;
    options().out = folder;
    options().quiet |= quiet;
    if (threads != null) {
      options().threads = threads;
    }
    return call();
  }

  private TaskRun run() throws IOException {
    return resumed ? TaskRun.resume(requireNonNull(options().out))
        : TaskRun.start(options().out, terminal, task(), command());
  }

  /// The command without a search and a folder, for one training with these settings.
  String command(Settings settings) {
    var line = new StringBuilder(unroll()).append(" train");
    boolean value = false;
    for (var arg : args()) {
      boolean left = arg.equals("--tune") || arg.equals("--set") || arg.equals("--out");
      if (!left && !value && !arg.matches("--(tune|set|out)=.*")) {
        line.append(' ').append(ShellWord.of(arg));
      }
      value = left;
    }
    return settings.equals(Settings.NONE) ? line.toString()
        : line.append(" --set ").append(settings).toString();
  }

  private List<String> args() {
    var all = spec.root().commandLine().getParseResult().originalArgs();
    return all.subList(all.indexOf(task()), all.size()).stream()
        .filter(arg -> !arg.equals("--debug")).toList();
  }

  /// The options that were given, and the data, for the log.
  private SequencedMap<String, Object> settings() {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("task", task());
    settings.put("data", String.join(", ", files()));
    for (var option : spec.commandLine().getParseResult().matchedOptions()) {
      var name = option.longestName().substring(2);
      if (!List.of("out", "quiet", "threads", "debug").contains(name)) {
        settings.put(name, String.join(",", option.originalStringValues()));
      }
    }
    return settings;
  }

  private StoredCommand command() throws IOException {
    var files = new ArrayList<>(files());
    if (options().from != null) {
      files.add(RunFolder.model(terminal.folder(), options().from).toString());
    }
    return StoredCommand.of(args(), terminal, files);
  }

  /// What the file of a task holds.
  @FunctionalInterface
  interface Held<T> {
    /// Makes it.
    T of(TaskFile file) throws IOException;
  }

  /// The trained one that the training begins with; null to begin with initial values.
  ///
  /// @throws IOException one sentence, if it cannot be read
  /// @throws IllegalArgumentException if it is none of this task
  <T> @Nullable T begun(Held<T> held) throws IOException {
    var from = options().from;
    if (from == null) {
      return null;
    }
    var file = FiniteModel.read(RunFolder.model(terminal.folder(), from));
    var found = TaskFile.of(file);
    if (found.isEmpty() || !found.get().task().equals(task())) {
      throw new IllegalArgumentException("%s is %s, expected one of unroll train %s".formatted(
          file.source(), found.isEmpty() ? "a model without a task"
              : "a model of unroll train " + found.get().task(),
          task()));
    }
    return held.of(found.get());
  }

  /// Refuses an option that says otherwise than the model that the training begins with.
  ///
  /// @param given null or empty if it is not given
  /// @throws IllegalArgumentException that names the option and both values
  void requireSame(String option, @Nullable String given, String has) {
    if (given != null && !given.isEmpty() && !given.equals(has)) {
      throw new IllegalArgumentException("%s is %s, but the model of --from %s has %s; leave it out"
          .formatted(option, given, options().from, has));
    }
  }

  /// Likewise of a number.
  void requireSame(String option, @Nullable Integer given, int has) {
    requireSame(option, given == null ? null : given.toString(), Integer.toString(has));
  }

  private int train(Prepared prepared, TaskRun run, Engine engine) throws IOException {
    var fit = run.fit();
    try (var shown = new TrainingProgress(terminal, options().quiet, prepared.counted(),
        engine::isWarm, prepared.validates());
        var record = new TaskRecord(run.folder(), shown, fit, engine, settings(),
            options().tensorboard);
        var interruption = Interruption.listen(fit::stop)) {
      var trained = prepared.training().train(record, fit);
      shown.clear();
      trained.save(run.model());
      trained.show(run.folder());
      if (fit.finished()) {
        run.end();
        terminal.println(trained.next(run.folder()));
      } else {
        terminal.println(
            "stopped after %d of %d epochs and saved; %s is the best so far; go on with\n  %s"
                .formatted(fit.epochs(), shown.epochs(), run.model(), run.resumption()));
      }
      return interruption.exitCode();
    } catch (UncheckedIOException e) {
      throw e; // the run can go on from its last checkpoint
    } catch (RuntimeException | Error e) {
      run.discard();
      if (run.hasCheckpoint()) {
        terminal.err().println(
            "unroll: the epochs before are kept; go on with\n  %s".formatted(run.resumption()));
      }
      throw e;
    }
  }

  /// How this program is called.
  static String unroll() {
    return System.getProperty("unroll.command", "./unroll");
  }
}
