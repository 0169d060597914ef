package dev.unroll.app.run.display;

import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/// Estimates the remaining time of a run. While code is warming up a step takes up to thirty times
/// as long as later, so that there is no estimate at first; then it is based on the latest steps,
/// once they no longer become much faster.
final class TimeLeft {
  /// Steps are compared by windows of at least this many seconds, and this many steps.
  private static final double SECONDS = 0.5;
  private static final int STEPS = 2;

  /// A window that takes less than this share of the previous time starts a new estimate.
  private static final double FASTER = 0.8;

  /// The approximate length of the moving average, in seconds.
  private static final double MEMORY = 10;

  private final BooleanSupplier warm;
  private final Window window = new Window();
  private final Window known = new Window();
  private boolean steady;
  private long stepsLeft;

  /// A number of steps and their time.
  private static final class Window {
    private double steps;
    private double seconds;

    void clear() {
      steps = 0;
      seconds = 0;
    }

    double perStep() {
      return seconds / steps;
    }
  }

  /// @param warm whether the fast code is in use
  TimeLeft(BooleanSupplier warm) {
    this.warm = warm;
  }

  /// Adds a step.
  ///
  /// @param left the number of steps after it
  public void add(double seconds, long left) {
    stepsLeft = left;
    if (!warm.getAsBoolean()) {
      window.clear();
      known.clear();
      steady = false;
      return;
    }
    window.steps++;
    window.seconds += seconds;
    if (window.seconds >= SECONDS && window.steps >= STEPS) {
      take();
      window.clear();
    }
  }

  private void take() {
    boolean first = known.steps == 0;
    if (first || window.perStep() < FASTER * known.perStep()) {
      known.clear();
      steady = false;
    } else {
      steady = true;
    }
    double decay = Math.exp(-window.seconds / MEMORY);
    known.steps = known.steps * decay + window.steps;
    known.seconds = known.seconds * decay + window.seconds;
  }

  /// The estimate in seconds; empty until it is known.
  public OptionalDouble seconds() {
    return steady ? OptionalDouble.of(stepsLeft * known.perStep()) : OptionalDouble.empty();
  }
}
