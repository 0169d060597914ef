package dev.unroll.inspect;

import java.util.Arrays;

/// How much the input of each step counts for the answer at chosen positions, as in Madsen 2019,
/// "Visualizing memorization in RNNs", Distill.
///
/// ```
/// norms[i][s] = ‖∂L_t/∂x_s‖        t = positions[i], x_s what the first layer reads at step s
/// ```
///
/// The arrays are shared and not to be written.
///
/// @param positions steps of the target, rising
/// @param norms for each position and each step that the first layer reads, those of the input unless
///     the model reads one vector only and writes from it; 0 where nothing comes from
public record Influence(int[] positions, double[][] norms) {

  /// @throws IllegalArgumentException if they are not as many
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
