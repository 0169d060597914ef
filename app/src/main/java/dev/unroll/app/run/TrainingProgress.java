package dev.unroll.app.run;

import dev.unroll.app.console.ShortNumber;
import dev.unroll.app.console.Terminal;
import dev.unroll.app.run.display.Display;
import dev.unroll.train.TrainingListener;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// A training on the screen: the bar, or lines if output does not go to a person, and each epoch.
public final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final Display display;
  private final boolean validates;
  private int epochs = 1;

  /// A training that validates.
  ///
  /// @param quiet whether nothing is shown
  /// @param counted the quantity that the loss is a mean over
  /// @param warm whether the fast code is in use
  public TrainingProgress(Terminal terminal, boolean quiet, String counted, BooleanSupplier warm) {
    this(terminal, quiet, counted, warm, true);
  }

  /// @param validates whether there is validation data; else the loss of validation is that of the
  ///     training, and is not shown
  public TrainingProgress(Terminal terminal, boolean quiet, String counted, BooleanSupplier warm,
      boolean validates) {
    this.validates = validates;
    display = Display.of(terminal, quiet, counted, warm);
  }

  @Override
  public void begin(int epochs) {
    this.epochs = epochs;
  }

  /// The epochs of the run.
  public int epochs() {
    return epochs;
  }

  @Override
  public void step(Step step) {
    display.step(step, epochs);
  }

  @Override
  public void epoch(Epoch epoch) {
    if (!validates) {
      display.print("epoch %d/%d: training loss %s".formatted(epoch.epoch(), epoch.epochs(),
          ShortNumber.of(epoch.trainLoss())));
      return;
    }
    display.print("epoch %d/%d: training loss %s, validation loss %s%s%s%s".formatted(epoch.epoch(),
        epoch.epochs(), ShortNumber.of(epoch.trainLoss()), ShortNumber.of(epoch.validationLoss()),
        right(epoch), EpochFigure.of(epoch), epoch.best() ? ", the best so far" : ""));
  }

  private static String right(Epoch epoch) {
    return epoch.validationAccuracy() == 0 ? ""
        : String.format(Locale.ROOT, ", %.1f %% right", 100 * epoch.validationAccuracy());
  }

  /// Whether there is a validation loss.
  boolean validates() {
    return validates;
  }

  /// Prints a line.
  void print(String line) {
    display.print(line);
  }

  /// Removes the bar, so that other lines can follow.
  public void clear() {
    display.clear();
  }

  @Override
  public void close() {
    clear();
  }
}
