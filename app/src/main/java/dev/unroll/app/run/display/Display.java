package dev.unroll.app.run.display;

import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingListener.Step;
import java.util.function.BooleanSupplier;

/// The display of a run on the screen.
public interface Display {
  /// Prints permanent lines.
  void print(String text);

  /// Called after a step.
  void step(Step step, int epochs);

  /// Erases the line that is redrawn in place.
  void clear();

  /// A display that suits the terminal.
  ///
  /// @param counted the quantity that the loss is a mean over
  /// @param warm whether the fast code is in use
  static Display of(Terminal terminal, boolean quiet, String counted, BooleanSupplier warm) {
    if (quiet) {
      return new SilentDisplay();
    }
    return terminal.interactive() ? new BarDisplay(terminal, counted, warm)
        : new LineDisplay(terminal, counted, warm);
  }
}
