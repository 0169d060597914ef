package dev.unroll.train.schedule;

import java.util.List;

/// Where a run is: what a learning rate may depend on.
///
/// @param step the number of the step, from 0
/// @param steps of the whole run
/// @param epoch the number of the epoch, from 0
/// @param losses of the validations so far, the first one first
public record ScheduleState(long step, long steps, int epoch, List<Double> losses) {
  /// The share of the run that is done, at most 1.
  double progress() {
    return Math.min(1, (double) step / Math.max(1, steps));
  }
}
