package dev.unroll.app.run;

import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingListener.Step;
import java.util.function.BooleanSupplier;

/// How a run shows on the screen.
interface Display {
  /// Lines that stay.
  void print(String text);

  /// A step was done.
  void step(Step step, int epochs);

  /// Takes away what is redrawn in place.
  void clear();

  /// One that suits the terminal.
  ///
  /// @param counted what the loss is a mean over
  /// @param warm whether the code that runs is the fast one
  static Display of(Terminal terminal, boolean quiet, String counted, BooleanSupplier warm) {
    if (quiet) {
      return new SilentDisplay();
    }
    return terminal.interactive() ? new BarDisplay(terminal, counted, warm)
        : new LineDisplay(terminal, counted, warm);
  }
}
