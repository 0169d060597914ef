package dev.unroll.app.run.live;

import dev.unroll.app.console.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/// Looks after every step whether something is asked of a training, but at most five times a
/// second: a look takes some microseconds.
public final class ControlCheck {
  private static final long INTERVAL_NANOS = 200_000_000;

  private final Path folder;
  private final Runnable stop;
  private final DoubleConsumer learningRate;
  private final Consumer<String> told;
  private long looked = System.nanoTime();

  /// What was asked of a training that has ended is forgotten.
  ///
  /// @param stop ends the training
  /// @param learningRate changes it
  /// @param told receives lines for the screen
  public ControlCheck(Path folder, Runnable stop, DoubleConsumer learningRate,
      Consumer<String> told) {
    this.folder = folder;
    this.stop = stop;
    this.learningRate = learningRate;
    this.told = told;
    RunControl.discard(folder);
  }

  /// Called after a step. What cannot be read or done is told, and the training goes on.
  public void look() {
    long now = System.nanoTime();
    if (now - looked < INTERVAL_NANOS) {
      return;
    }
    looked = now;
    try {
      var asked = RunControl.take(folder);
      if (asked == null) {
        return;
      }
      if (!Double.isNaN(asked.learningRate())) {
        learningRate.accept(asked.learningRate());
      }
      if (asked.stop()) {
        stop.run();
      }
    } catch (IOException | IllegalStateException e) {
      told.accept(Failure.sentence(e) + " Training continues.");
    }
  }
}
