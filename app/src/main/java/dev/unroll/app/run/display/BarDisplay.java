package dev.unroll.app.run.display;

import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingListener.Step;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// A display for a person: one line that is redrawn in place.
final class BarDisplay implements Display {
  private static final long INTERVAL = Duration.ofMillis(100).toNanos();
  private static final int WIDTH = 10;

  /// Turns off wrapping: a line longer than the width of the terminal is cut.
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Terminal terminal;
  private final Pace pace;
  private long last;

  BarDisplay(Terminal terminal, String counted, BooleanSupplier warm) {
    this.terminal = terminal;
    pace = new Pace(counted, warm);
    last = System.nanoTime() - INTERVAL;
  }

  @Override
  public void print(String text) {
    clear();
    terminal.println(text);
  }

  @Override
  public void step(Step step, int epochs) {
    pace.add(step);
    long now = System.nanoTime();
    if (now - last < INTERVAL) {
      return;
    }
    last = now;
    int filled = (int) (WIDTH * pace.done());
    terminal.out().print(
        "%s%s%d/%d %s%s %3.0f%%  %s%s"
            .formatted(
                CLEAR_LINE,
                NO_WRAP,
                step.epoch(),
                epochs,
                "━".repeat(filled),
                "·".repeat(WIDTH - filled),
                100 * pace.done(),
                pace,
                WRAP));
    terminal.out().flush();
  }

  @Override
  public void clear() {
    terminal.out().print(CLEAR_LINE);
    terminal.out().flush();
  }
}
