package dev.unroll.datasets;

/// The check that the made-up tasks share.
final class TaskSize {
  private TaskSize() {}

  static void requireSteps(String task, int steps, int least) {
    if (steps < least) {
      throw new IllegalArgumentException(
          "%s: %d steps, expected at least %d.".formatted(task, steps, least));
    }
  }
}
