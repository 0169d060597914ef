package dev.unroll.train.step;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.lookup.TouchedRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Clipping by the norm of all gradients together (Pascanu, Mikolov and Bengio 2013, arXiv
/// 1211.5063):
///
/// ```
/// ‖g‖ = √Σ g²          g ← g · min(1, limit / ‖g‖)
/// ```
///
/// The sum is taken in `double` in blocks of a fixed length, which are then added in order. Several
/// blocks are summed side by side, as each addition has to wait for the one before it in its block.
public final class GlobalNorm {
  private static final int BLOCK = 4096;

  /// The blocks that are summed side by side.
  private static final int SIDE_BY_SIDE = 4;

  private final WorkSplit ranges;
  private final double[] blocks;
  private float[] gradients = {};
  private List<TouchedRows> lookedUp = List.of();
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

  /// The same, if gradients of looked-up rows are zero but for the touched ones.
  double of(float[] gradients, List<TouchedRows> lookedUp) {
    this.lookedUp = lookedUp;
    try {
      return of(gradients);
    } finally {
      this.lookedUp = List.of();
    }
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
    int start = from;
    while (start < to) {
      int at = first + start;
      int end = first + Math.min(to, start + BLOCK);
      int many = start + SIDE_BY_SIDE * BLOCK;
      var rows = around(at, end);
      if (rows != null) {
        blocks[start / BLOCK] = touched(rows, at, end);
        start += BLOCK;
      } else if (many <= to && around(first + many - BLOCK, first + many) == null) {
        four(gradients, at, blocks, start / BLOCK);
        start = many;
      } else {
        blocks[start / BLOCK] = sum(gradients, at, end);
        start += BLOCK;
      }
    }
  }

  /// The matrix of looked-up rows that has these elements; null if none has all of them.
  private @Nullable TouchedRows around(int from, int to) {
    for (int i = 0; i < lookedUp.size(); i++) {
      if (lookedUp.get(i).contains(from, to)) {
        return lookedUp.get(i);
      }
    }
    return null;
  }

  /// Zeros would change no sum, which is not negative.
  private double touched(TouchedRows rows, int from, int to) {
    int columns = rows.columns();
    double sum = 0;
    for (int i = from; i < to;) {
      int row = (i - rows.offset()) / columns;
      int end = Math.min(to, rows.offset() + (row + 1) * columns);
      if (rows.isTouched(row)) {
        for (int j = i; j < end; j++) {
          sum += (double) gradients[j] * gradients[j];
        }
      }
      i = end;
    }
    return sum;
  }

  private static void four(float[] gradients, int from, double[] sums, int block) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    for (int i = from; i < from + BLOCK; i++) {
      double p = gradients[i];
      double q = gradients[i + BLOCK];
      double r = gradients[i + 2 * BLOCK];
      double s = gradients[i + 3 * BLOCK];
      a += p * p;
      b += q * q;
      c += r * r;
      d += s * s;
    }
    sums[block] = a;
    sums[block + 1] = b;
    sums[block + 2] = c;
    sums[block + 3] = d;
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
