package dev.unroll.model.loss.run;

import dev.unroll.expr.Function;
import dev.unroll.kernel.Kernels;
import dev.unroll.model.loss.Loss;

/// The cross-entropy of one row, as [SoftmaxCrossEntropy] says. Any number of threads may call it
/// at once, on different rows.
final class SoftmaxRow {
  private final Kernels kernels;
  private final int classes;
  private final float smoothing;
  private final float[] weights;

  /// @throws IllegalArgumentException if there are weights, but not one for each class
  SoftmaxRow(Kernels kernels, int classes, Loss.CrossEntropy loss) {
    int given = loss.weights().size();
    if (given > 0 && given != classes) {
      throw new IllegalArgumentException(
          "there are weights for %d classes, but %d classes; give one"
              .formatted(given, classes) + " for each");
    }
    this.kernels = kernels;
    this.classes = classes;
    smoothing = (float) loss.smoothing();
    weights = new float[given];
    for (int c = 0; c < given; c++) {
      weights[c] = loss.weights().get(c).floatValue();
    }
  }

  /// The loss of logits, and their gradient in their place or elsewhere.
  ///
  /// @param z holds the logits from `from` on
  /// @param p gets the gradient from `to` on; may be z, at the same offset
  /// @param weight the factor of the gradient
  /// @param gradient whether it is wanted; else p is overwritten by what no one needs
  /// @param losses gets the loss at `row`
  /// @param right gets at `row` whether the target has the largest logit, and no class before it
  void score(float[] z, int from, float[] p, int to, int target, float weight, boolean gradient,
      double[] losses, boolean[] right, int row) {
    float max = z[from];
    for (int j = 1; j < classes; j++) {
      max = Math.max(max, z[from + j]);
    }
    for (int j = 0; j < classes; j++) {
      p[to + j] = z[from + j] - max;
    }
    float chosen = p[to + target];
    right[row] = chosen == 0 && isFirst(p, to, target);
    double expected = chosen;
    if (smoothing > 0) {
      float all = kernels.sum(p, to, classes);
      expected = (1 - smoothing) * (double) chosen + smoothing / classes * (double) all;
    }
    kernels.apply(Function.EXP, p, to, p, to, classes);
    float total = kernels.sum(p, to, classes);
    losses[row] = StrictMath.log(total) - expected;
    float weighted = weight;
    if (weights.length > 0) {
      losses[row] *= weights[target];
      weighted *= weights[target];
    }
    if (gradient) {
      gradient(p, to, target, weighted, total);
    }
  }

  private void gradient(float[] p, int to, int target, float weight, float total) {
    float scale = weight / total;
    for (int j = 0; j < classes; j++) {
      p[to + j] *= scale;
    }
    p[to + target] -= weight * (1 - smoothing);
    if (smoothing > 0) {
      float each = weight * (smoothing / classes);
      for (int j = 0; j < classes; j++) {
        p[to + j] -= each;
      }
    }
  }

  /// Whether no class before the target is as large: of equal logits the first one is predicted.
  private static boolean isFirst(float[] shifted, int from, int target) {
    for (int j = 0; j < target; j++) {
      if (shifted[from + j] == 0) {
        return false;
      }
    }
    return true;
  }
}
