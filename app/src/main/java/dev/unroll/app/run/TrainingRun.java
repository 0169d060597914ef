package dev.unroll.app.run;

import dev.unroll.Engine;
import dev.unroll.app.console.Failure;
import dev.unroll.app.console.Interruption;
import dev.unroll.app.console.LostOutput;
import dev.unroll.app.console.ShellWord;
import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.display.Display;
import dev.unroll.app.run.live.ControlCheck;
import dev.unroll.app.run.live.LookLog;
import dev.unroll.app.run.log.RunEvents;
import dev.unroll.app.run.log.RunLog;
import dev.unroll.app.run.log.StepEffect;
import dev.unroll.app.run.report.Description;
import dev.unroll.app.run.report.History;
import dev.unroll.app.run.report.Report;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import dev.unroll.train.TrainingListener.Update;
import dev.unroll.train.TrainingResult.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A training run in its folder, with its screen, log and page.
public final class TrainingRun implements TrainingListener {
  private final TrainingJob training;
  private final Description description;
  private final Path folder;
  private final RunLog log;
  private final @Nullable RunEvents events;
  private final History history;
  private final Report report;
  private final Display display;
  private final ControlCheck control;
  private final LookLog looks;
  private StepEffect effect = StepEffect.NONE;
  private boolean reportFailed;
  private @Nullable LostOutput lost;

  private TrainingRun(
      TrainingJob training, Path folder, RunLog log, @Nullable RunEvents events, History history,
      Display display) {
    this.training = training;
    this.folder = folder;
    this.log = log;
    this.events = events;
    this.history = history;
    this.display = display;
    description = training.description();
    report = new Report(folder.resolve(RunFolder.REPORT), description);
    var session = training.trainer();
    control = new ControlCheck(folder, session::stop, session::learningRate, this::tell);
    looks = new LookLog(folder, training.watched(), session.step(), this::tell);
  }

  /// Creates the folder of a new run and trains until the end or a signal.
  ///
  /// @return the exit code
  public static int start(
      TrainingJob training, Path folder, Engine engine, RunOptions options, Terminal terminal)
      throws IOException {
    RunFolder.create(folder);
    var description = training.description();
    try (var _ = RunFolder.lock(folder)) {
      RunFolder.requireFree(folder); // another run may have claimed it first
      try (var log = RunLog.create(folder.resolve(RunFolder.LOG), description.fields())) {
        return run(training, folder, log, new History(), engine, options, terminal);
      }
    }
  }

  /// Resumes a run until the end or a signal.
  ///
  /// @param training restored from its checkpoint while the folder is locked, and unchanged since
  /// @return the exit code
  public static int resume(
      TrainingJob training, Path folder, Engine engine, RunOptions options, Terminal terminal)
      throws IOException {
    var description = training.description();
    if (training.trainer().finished()) {
      terminal.println("%s is finished: %d of %d epochs, %s".formatted(folder,
          training.trainer().epoch(), description.recipe().epochs(), loss(training)));
      return 0;
    }
    var history = new History();
    var session = training.trainer();
    try (var log = RunLog.resume(folder.resolve(RunFolder.LOG), session.step(), session.epoch(),
        description.fields(), history)) {
      return run(training, folder, log, history, engine, options, terminal);
    }
  }

  private static int run(TrainingJob training, Path folder, RunLog log, History history,
      Engine engine, RunOptions options, Terminal terminal) throws IOException {
    try (var events = options.tensorboard
        ? RunEvents.in(folder, training.trainer().step())
        : null) {
      if (events != null) {
        events.line(training.description().fields());
      }
      log.copyTo(events);
      return run(training, folder, log, events, history, engine, options, terminal);
    }
  }

  private static int run(TrainingJob training, Path folder, RunLog log, @Nullable RunEvents events,
      History history, Engine engine, RunOptions options, Terminal terminal) throws IOException {
    var session = training.trainer();
    session.checkpointEvery(Duration.ofSeconds(options.checkpointSeconds));
    var display = Display.of(terminal, options.quiet, training.description().counted(),
        engine::isWarm);
    var run = new TrainingRun(training, folder, log, events, history, display);
    var resumed = session.step() == 0 ? ""
        : ", from step %,d of %,d".formatted(session.step(), session.steps());
    run.show(() -> display.print(run.description
        .paragraph(engine.toString(), training.bytes(), folder + resumed)));
    return run.train(terminal);
  }

  private void tell(String line) {
    show(() -> display.print(line));
  }

  /// Prints something. If output fails, the training is stopped as by a
  /// signal: it is saved before the command ends.
  private void show(Runnable printing) {
    try {
      printing.run();
    } catch (LostOutput e) {
      lost = e;
      training.trainer().stop();
    }
  }

  /// @param terminal for the last messages, whether the display is silent or not
  private int train(Terminal terminal) throws IOException {
    try (var interruption = Interruption.listen(training.trainer()::stop)) {
      var ending = training.trainer().fit(this);
      if (ending != Ending.STOPPED) {
        looks.look(training.trainer().step());
      }
      show(display::clear);
      show(() -> terminal.println(lastWords(ending)));
      var note = description.validates() && ending != Ending.STOPPED
          ? GuessNote.of(training.trainer().model(), training.trainer().best())
          : "";
      if (!note.isEmpty()) {
        show(() -> terminal.println(note));
      }
      if (ending != Ending.STOPPED) {
        show(() -> display.print(description.goOn(folder.toString()).strip()));
      }
      if (reportFailed) {
        report.write(history);
      }
      if (lost != null && interruption.exitCode() == 0) {
        if (!lost.readerLeft()) {
          terminal.err().println(lastWords(ending));
        }
        throw lost;
      }
      return ending == Ending.STOPPED ? interruption.exitCode() : 0;
    } catch (TrainingException e) {
      showWhatLedTo(e);
      throw e;
    } finally {
      show(display::clear);
    }
  }

  /// The page with the last steps before a loss that is not finite, and in the log how the run
  /// ended.
  private void showWhatLedTo(TrainingException e) {
    try {
      log.failed(training.trainer().step(), Failure.sentence(e));
      report.write(history);
    } catch (IOException f) {
      e.addSuppressed(f);
    }
  }

  private static String loss(TrainingJob training) {
    return "%s loss %s %s".formatted(
        training.description().validates() ? "validation" : "training",
        ShortNumber.of(training.trainer().best()), training.description().unit());
  }

  private String lastWords(Ending ending) {
    var loss = loss(training);
    return switch (ending) {
      case COMPLETE -> "done: %s, in %s".formatted(loss, folder);
      case EARLY ->
          "done: no better for %d epochs; %s, in %s"
              .formatted(description.recipe().patience(), loss, folder);
      case STOPPED ->
          "stopped after step %,d of %,d and saved; resume with\n  %s %s --resume %s"
              .formatted(training.trainer().step(), training.trainer().steps(),
                  System.getProperty("unroll.command", "./unroll"), training.command(),
                  ShellWord.of(folder));
    };
  }

  @Override
  public boolean wantsUpdates() {
    return true;
  }

  @Override
  public void update(Update update) {
    effect = StepEffect.of(update);
  }

  @Override
  public void step(Step step) throws IOException {
    log.step(step, effect);
    history.add(step, effect);
    show(() -> display.step(step, description.recipe().epochs()));
    control.look();
    looks.step(step.step() + 1);
  }

  @Override
  public void learningRate(long step, double rate) throws IOException {
    log.rate(step, rate);
    tell("learning rate %s from step %,d on, as asked".formatted(ShortNumber.of(rate), step + 1));
  }

  @Override
  public void epoch(Epoch epoch) throws IOException {
    var text = training.sample().get();
    log.epoch(epoch, text);
    if (events != null) {
      events.parameters(epoch.step(), training.trainer().model().parameters());
    }
    history.add(epoch, text);
    show(() -> display.print(
        "epoch %d/%d: training loss %s%s %s%s%s%s"
            .formatted(
                epoch.epoch(),
                epoch.epochs(),
                ShortNumber.of(epoch.trainLoss()),
                description.validates()
                    ? ", validation loss " + ShortNumber.of(epoch.validationLoss())
                    : "",
                description.unit(),
                description.alsoOf(epoch),
                description.validates() ? EpochFigure.of(epoch) : "",
                description.validates() && epoch.best() ? ", the best so far" : "")));
    if (!text.isEmpty()) {
      show(() -> display.print("  │ " + text.strip().replace("\n", "\n  │ ") + "\n"));
    }
  }

  /// Writes the page. A training with a checkpoint does not end because of a failure: that it
  /// cannot be written is reported once, and is an error only if it still fails at the end.
  @Override
  public void checkpoint(long step) {
    try {
      report.write(history);
      reportFailed = false;
    } catch (IOException e) {
      if (!reportFailed) {
        display.print(Failure.sentence(e) + " Training continues.");
      }
      reportFailed = true;
    }
  }
}
