package dev.unroll.inspect.step;

import dev.unroll.tensor.Rows;
import java.util.SequencedMap;

/// Points at which a step of a layer is differentiated.
///
/// @param rows R, the number of points
/// @param before for each state its values before the step, `[R, size]`
/// @param input x, `[R, F]`
public record Points(int rows, SequencedMap<String, Rows> before, Rows input) {

  /// The points of T steps of B samples.
  public static Points of(int steps, int batch, SequencedMap<String, Rows> before, Rows input) {
    return new Points(Math.multiplyExact(steps, batch), before, input);
  }
}
