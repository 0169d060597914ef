package dev.unroll.datasets;

/// The common check of the synthetic tasks.
final class TaskSize {
  private TaskSize() {}

  static void requireSteps(String task, int steps, int least) {
    if (steps < least) {
      throw new IllegalArgumentException(
          "%s: %d steps, expected at least %d.".formatted(task, steps, least));
    }
  }
}
