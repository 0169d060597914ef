package dev.unroll.app.run.display;

import dev.unroll.app.console.Terminal;
import dev.unroll.train.TrainingListener.Step;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// A display for output to a file or a pipe: a line for each 5 % of the run, or each ten seconds if
/// that is less often than each 1 %, so at most a hundred lines.
final class LineDisplay implements Display {
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

  private final Terminal terminal;
  private final Pace pace;
  private long lastTime = System.nanoTime();
  private double lastDone = -1;

  LineDisplay(Terminal terminal, String counted, BooleanSupplier warm) {
    this.terminal = terminal;
    pace = new Pace(counted, warm);
  }

  @Override
  public void print(String text) {
    terminal.println(text);
  }

  @Override
  public void step(Step step, int epochs) {
    pace.add(step);
    if (lastDone < 0) {
      lastDone = pace.done();
    }
    double progress = pace.done() - lastDone;
    long now = System.nanoTime();
    if (progress >= 0.05 || progress >= 0.01 && now - lastTime >= INTERVAL) {
      terminal.println(
          "epoch %d/%d  %3.0f%%  %s".formatted(step.epoch(), epochs, 100 * pace.done(), pace));
      lastTime = now;
      lastDone = pace.done();
    }
  }

  @Override
  public void clear() {}
}
