package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.guard.Leftovers;

/// Clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio 2013, arXiv
/// 1211.5063):
///
/// ```
/// ‖g‖ = √Σ g²          g ← g · min(1, limit / ‖g‖)
/// ```
///
/// The sum is taken in `double` in blocks of a fixed length, which are then added in order.
public final class GlobalNorm {
  private static final int BLOCK = 4096;

  private final WorkSplit ranges;
  private final double[] blocks;
  private float[] gradients = {};
  private int first;

  /// @param size the number of gradients
  public GlobalNorm(Engine engine, int size) {
    ranges = engine.split(BLOCK, this::sum);
    blocks = new double[(size + BLOCK - 1) / BLOCK];
  }

  /// ‖g‖, infinite or NaN if a gradient is.
  public double of(float[] gradients) {
    return of(gradients, 0, gradients.length);
  }

  /// ‖g‖ of the gradients `[from, to)`.
  public double of(float[] gradients, int from, int to) {
    Leftovers.spoil(blocks);
    this.gradients = gradients;
    first = from;
    ranges.run(to - from);
    double sum = 0;
    for (int block = 0; block * BLOCK < to - from; block++) {
      sum += blocks[block];
    }
    return Math.sqrt(sum);
  }

  private void sum(int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      blocks[start / BLOCK] =
          sum(gradients, first + start, first + Math.min(to, start + BLOCK));
    }
  }

  private static double sum(float[] gradients, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) gradients[i] * gradients[i];
    }
    return sum;
  }

  /// The factor by which gradients of this norm are clipped, 1 if they are not.
  ///
  /// @param limit the largest norm; 0 for no clipping
  public static float factor(double norm, double limit) {
    return limit > 0 && norm > limit ? (float) (limit / norm) : 1f;
  }
}
