package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;

/// The cross-entropy of a softmax, in nats, over the n rows that have a target class.
///
/// ```
/// p = softmax(logits)    q = (1 − ε) onehot(target) + ε / V
/// L = −(1/n) Σ w q · log p        dlogits = w (p − q) / n        w = weight(target)
/// ```
///
/// ε smooths the labels (Szegedy et al. 2016, arXiv 1512.00567); 0 is the plain loss
/// `−log p(target)`. Each class may have a weight, else it is 1; n is the number of rows, whatever
/// their weights. The largest logit of a row is subtracted first, so nothing overflows. Holds
/// memory for `rows` rows; one caller at a time.
public final class SoftmaxCrossEntropy implements LossRun {
  private final OneCaller caller = new OneCaller("the run of a loss",
      "bind one for each thread");
  private final SoftmaxRow each;
  private final WorkSplit rows;
  private final int classes;
  private final Rows gradient;
  private final double[] losses;
  private final boolean[] right;
  private Rows logits;
  private int[] targets = {};
  private float weight;

  /// The loss without smoothing.
  ///
  /// @param rows the largest number of rows of a call
  public SoftmaxCrossEntropy(Engine engine, int rows, int classes) {
    this(engine, rows, classes, Loss.crossEntropy());
  }

  /// @param rows the largest number of rows of a call
  /// @throws IllegalArgumentException if there are weights, but not one for each class
  public SoftmaxCrossEntropy(Engine engine, int rows, int classes, Loss.CrossEntropy loss) {
    each = new SoftmaxRow(engine.kernels(), classes, loss);
    this.rows = engine.split(1, this::rows);
    this.classes = classes;
    gradient = Rows.allocate(rows, classes);
    logits = gradient;
    losses = new double[rows];
    right = new boolean[rows];
  }

  /// The sum of the losses of `n` rows, in nats; not divided by n.
  ///
  /// @param logits `[n, classes]`, unchanged
  /// @param targets the right class of each row; −1 where there is no target
  /// @throws IllegalArgumentException if a target is out of range
  public double sum(Rows logits, int[] targets, int n) {
    caller.enter();
    try {
      require(targets, n, classes);
      int asked = 0;
      for (int row = 0; row < n; row++) {
        asked += targets[row] < 0 ? 0 : 1;
      }
      Leftovers.spoil(gradient);
      Leftovers.spoil(losses);
      this.logits = logits;
      this.targets = targets;
      weight = asked == 0 ? 0 : 1f / asked;
      rows.run(n);
      double sum = 0;
      for (int row = 0; row < n; row++) {
        sum += losses[row];
      }
      return sum;
    } finally {
      caller.leave();
    }
  }

  /// Refuses targets that are not classes, which would be read from another row.
  static void require(int[] targets, int n, int classes) {
    if (n < 0 || n > targets.length) {
      throw new IllegalArgumentException(
          "there are %,d targets, expected at least %,d".formatted(targets.length, n));
    }
    for (int row = 0; row < n; row++) {
      if (targets[row] < -1 || targets[row] >= classes) {
        throw new IllegalArgumentException(
            ("target %d at place %,d is out of range, expected 0 … %d, or −1 for no target;"
                + " correct it, or use a model of more classes")
                .formatted(targets[row], row, classes - 1));
      }
    }
  }

  @Override
  public Score score(Rows outputs, Targets targets) {
    double sum = sum(outputs, targets.classes(), targets.rows());
    long asked = 0;
    long hits = 0;
    for (int row = 0; row < targets.rows(); row++) {
      asked += targets.classes()[row] < 0 ? 0 : 1;
      hits += right[row] ? 1 : 0;
    }
    return new Score(sum, asked, hits);
  }

  @Override
  public Rows gradient() {
    return gradient;
  }

  private void rows(int from, int to) {
    for (int row = from; row < to; row++) {
      if (targets[row] < 0) {
        losses[row] = 0;
        right[row] = false;
        Arrays.fill(gradient.array(), row * classes, (row + 1) * classes, 0f);
      } else {
        each.score(logits.array(), logits.offset() + row * classes, gradient.array(), row * classes,
            targets[row], weight, true, losses, right, row);
      }
    }
  }
}
