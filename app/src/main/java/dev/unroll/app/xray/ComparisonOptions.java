package dev.unroll.app.xray;

import java.util.List;

/// The options of comparing cells.
///
/// @param task the task that they learn
/// @param time T
/// @param hidden H
/// @param batch B
/// @param steps of training; 0 to inspect only the initial values
/// @param rate of Adam
/// @param clip the largest norm of all gradients together; 0 for no clipping
/// @param quantities of the equations that are shown at every step; empty for all
/// @param seed of initial values and data
public record ComparisonOptions(
    XrayTask task, int time, int hidden, int batch, int steps, double rate, double clip,
    List<String> quantities, long seed) {

  /// @throws IllegalArgumentException if T is too short for the task, or a number is out of range
  public ComparisonOptions {
    quantities = List.copyOf(quantities);
    if (time < task.fewest()) {
      throw new IllegalArgumentException("--time %d is too short for %s, expected at least %d"
          .formatted(time, task.title(), task.fewest()));
    }
    if (!(rate > 0) || !(clip >= 0)) {
      throw new IllegalArgumentException(
          "--rate %s and --clip %s, expected a rate above 0 and a norm from 0 up"
              .formatted(rate, clip));
    }
  }
}
