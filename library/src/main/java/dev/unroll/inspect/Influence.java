package dev.unroll.inspect;

import java.util.Arrays;

/// The influence of the input of each step on the output at chosen positions, as in Madsen 2019,
/// "Visualizing memorization in RNNs", Distill.
///
/// ```
/// norms[i][s] = ‖∂L_t/∂x_s‖        t = positions[i], x_s the input of the first layer at step s
/// ```
///
/// The arrays are shared and must not be written.
///
/// @param positions steps of the target, in ascending order
/// @param norms for each position and each step of the first layer: those of the input, or of the
///     output sequence if the model generates from one vector; 0 where there is no gradient
public record Influence(int[] positions, double[][] norms) {

  /// @throws IllegalArgumentException if their numbers differ
  public Influence {
    if (positions.length != norms.length) {
      throw new IllegalArgumentException("%d positions and %d rows of norms, expected as many"
          .formatted(positions.length, norms.length));
    }
  }

  @Override
  public String toString() {
    return "influence on %d positions, %s".formatted(positions.length, Arrays.toString(positions));
  }
}
