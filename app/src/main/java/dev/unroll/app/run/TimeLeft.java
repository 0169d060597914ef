package dev.unroll.app.run;

import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/// How long the rest of a run takes, once that can be told. While code is made hot a step takes up
/// to thirty times as long as later, so that no time is told before; then it is that of the latest
/// steps, from when they no longer become much faster.
final class TimeLeft {
  /// Steps are compared by windows of at least so many seconds, and so many steps.
  private static final double SECONDS = 0.5;
  private static final int STEPS = 2;

  /// A window that takes less than this share of the time of what was before is another pace.
  private static final double FASTER = 0.8;

  /// About so long a time is remembered.
  private static final double MEMORY = 10;

  private final BooleanSupplier warm;
  private final Window window = new Window();
  private final Window known = new Window();
  private boolean steady;
  private long stepsLeft;

  /// Steps and the time that they took.
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

  /// @param warm whether the code that runs is the fast one
  TimeLeft(BooleanSupplier warm) {
    this.warm = warm;
  }

  /// Takes in a step.
  ///
  /// @param left the steps after it
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

  /// In seconds; nothing until it is known.
  public OptionalDouble seconds() {
    return steady ? OptionalDouble.of(stepsLeft * known.perStep()) : OptionalDouble.empty();
  }
}
