package dev.unroll.app;

import dev.unroll.data.Vocabulary;
import dev.unroll.kernel.Engine;
import dev.unroll.train.Ending;
import dev.unroll.train.TextTraining;
import dev.unroll.train.TrainingException;
import dev.unroll.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;

/// A training run as it goes: on the screen, in the log and on the page.
final class TrainingRun implements TrainingListener {
  private final TextTraining training;
  private final Vocabulary vocabulary;
  private final Engine engine;
  private final Path folder;
  private final RunLog log;
  private final History history;
  private final Report report;
  private final Display display;
  private final int sample;

  TrainingRun(
      TextTraining training,
      Vocabulary vocabulary,
      Engine engine,
      Path folder,
      RunLog log,
      History history,
      Report report,
      Display display,
      int sample) {
    this.training = training;
    this.vocabulary = vocabulary;
    this.engine = engine;
    this.folder = folder;
    this.log = log;
    this.history = history;
    this.report = report;
    this.display = display;
    this.sample = sample;
  }

  /// Trains until the end or a signal.
  ///
  /// @param terminal where the last words go, be the display silent or not
  /// @return the exit code
  int run(Terminal terminal) throws IOException {
    try (var interruption = Interruption.listen(training::stop)) {
      var ending = training.train(this);
      display.clear();
      terminal.println(lastWords(ending));
      return ending == Ending.STOPPED ? interruption.exitCode() : 0;
    } catch (TrainingException e) {
      showWhatLedTo(e);
      throw e;
    } finally {
      display.clear();
    }
  }

  /// The page with the last steps before a loss that is not finite.
  private void showWhatLedTo(TrainingException e) {
    try {
      report.write(history);
    } catch (IOException f) {
      e.addSuppressed(f);
    }
  }

  private String lastWords(Ending ending) {
    var loss = "validation loss %.4f nats per character".formatted(training.best());
    return switch (ending) {
      case COMPLETE -> "done: %s, in %s".formatted(loss, folder);
      case EARLY ->
          "done: no better for %d epochs; %s, in %s"
              .formatted(training.settings().patience(), loss, folder);
      case STOPPED ->
          "stopped after step %,d of %,d and saved; go on with\n  ./unroll train --resume %s"
              .formatted(training.step(), training.steps(), folder);
    };
  }

  @Override
  public void step(Step step) throws IOException {
    log.step(step);
    history.add(step);
    display.step(step, training.settings().epochs());
  }

  @Override
  public void epoch(Epoch epoch) throws IOException {
    var text = Sample.of(training.model(), vocabulary, engine, sample);
    log.epoch(epoch, text);
    history.add(epoch, text);
    display.print(
        "epoch %d/%d: training loss %.4f, validation loss %.4f nats per character%s"
            .formatted(
                epoch.epoch(),
                epoch.epochs(),
                epoch.trainLoss(),
                epoch.validationLoss(),
                epoch.best() ? ", the best so far" : ""));
    if (!text.isEmpty()) {
      display.print("  │ " + text.strip().replace("\n", "\n  │ ") + "\n");
    }
  }

  @Override
  public void checkpoint(long step) throws IOException {
    report.write(history);
  }
}
