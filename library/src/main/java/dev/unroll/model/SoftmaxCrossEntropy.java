package dev.unroll.model;

import dev.unroll.expr.Function;
import dev.unroll.kernel.Engine;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.Split;
import dev.unroll.tensor.Rows;

/// `L = −(1/n) Σ log softmax(logits)[target]` over n rows, in nats, and its gradient
/// `dlogits = (softmax(logits) − onehot(target)) / n`.
///
/// The largest logit of a row is subtracted first, so nothing overflows. Holds memory for `rows` rows;
/// one caller at a time.
public final class SoftmaxCrossEntropy {
  private final Kernels kernels;
  private final Split rows;
  private final int classes;
  private final Rows gradient;
  private final double[] losses;
  private Rows logits;
  private int[] targets = {};
  private float weight;

  /// @param rows the largest number of rows of a call
  public SoftmaxCrossEntropy(Engine engine, int rows, int classes) {
    kernels = engine.kernels();
    this.rows = engine.split(1, this::rows);
    this.classes = classes;
    gradient = Rows.allocate(rows, classes);
    logits = gradient;
    losses = new double[rows];
  }

  /// The sum of `−log p(target)` over `n` rows, in nats; not divided by n.
  ///
  /// @param logits `[n, classes]`, unchanged
  /// @param targets the right class of each row
  public double sum(Rows logits, int[] targets, int n) {
    this.logits = logits;
    this.targets = targets;
    weight = 1f / n;
    rows.run(n);
    double sum = 0;
    for (int row = 0; row < n; row++) {
      sum += losses[row];
    }
    return sum;
  }

  /// The gradient of the mean over the rows of the last call with respect to the logits.
  public Rows gradient() {
    return gradient;
  }

  private void rows(int from, int to) {
    for (int row = from; row < to; row++) {
      row(row, targets[row]);
    }
  }

  private void row(int row, int target) {
    var z = logits.array();
    int from = logits.offset() + row * classes;
    float max = z[from];
    for (int j = 1; j < classes; j++) {
      max = Math.max(max, z[from + j]);
    }
    var p = gradient.array();
    int to = row * classes;
    for (int j = 0; j < classes; j++) {
      p[to + j] = z[from + j] - max;
    }
    float right = p[to + target];
    kernels.apply(Function.EXP, p, to, p, to, classes);
    float total = kernels.sum(p, to, classes);
    losses[row] = StrictMath.log(total) - right;
    float scale = weight / total;
    for (int j = 0; j < classes; j++) {
      p[to + j] *= scale;
    }
    p[to + target] -= weight;
  }
}
