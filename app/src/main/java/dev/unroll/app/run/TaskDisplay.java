package dev.unroll.app.run;

import dev.unroll.Engine;
import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingListener;

/// Shows the progress of training a task: a bar, and a line for each epoch.
public final class TaskDisplay implements TrainingListener {
  private final Display display;
  private final int epochs;

  private TaskDisplay(Display display, int epochs) {
    this.display = display;
    this.epochs = epochs;
  }

  /// A display that suits the terminal.
  ///
  /// @param counted the quantity that the loss is a mean over
  /// @param epochs of the training
  public static TaskDisplay of(Terminal terminal, boolean quiet, String counted, Engine engine,
      int epochs) {
    return new TaskDisplay(Display.of(terminal, quiet, counted, engine::isWarm), epochs);
  }

  /// Prints permanent lines.
  public void print(String text) {
    display.print(text);
  }

  /// Erases the line that is redrawn in place.
  public void clear() {
    display.clear();
  }

  @Override
  public void step(Step step) {
    display.step(step, epochs);
  }

  @Override
  public void epoch(Epoch epoch) {
    display
        .print("epoch %d/%d: training loss %.4f, validation loss %.4f, %.1f %% right%s".formatted(
            epoch.epoch(), epoch.epochs(), epoch.trainLoss(), epoch.validationLoss(),
            100 * epoch.validationAccuracy(), epoch.best() ? ", the best so far" : ""));
  }
}
