package dev.unroll.server.model;

import static dev.unroll.server.protocol.RefusedException.invalid;

import dev.unroll.server.protocol.InferRequest;
import dev.unroll.server.protocol.Shown;

/// The times of steps, for models to which they matter: the input or parameter `time`, in
/// milliseconds since 1970; now if there is neither.
final class StepTimes {
  private static final String TIME = "time";

  private StepTimes() {}

  /// Those of a request, or one of all steps.
  static long[] of(InferRequest request, int steps) {
    var given = request.inputs().size() > 1 ? request.input(TIME) : null;
    if (given != null) {
      long[] times = given.longs();
      if (times.length != steps) {
        throw invalid("the input %s has %d elements, expected %d, one for each step", given,
            times.length, steps);
      }
      return times;
    }
    return switch (request.parameters().get(TIME)) {
      case null -> new long[] {System.currentTimeMillis()};
      case Long time -> new long[] {time};
      case Object other -> throw invalid(
          "the parameter time is %s, expected milliseconds since 1970", Shown.value(other));
    };
  }
}
