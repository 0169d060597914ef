package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.layer.run.Bounds;
import dev.unroll.model.loss.Loss;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;

/// A [Loss.Chain] bound to memory.
///
/// ```
/// dz_t = (p(y_t) − onehot(target)) / n        dA = (Σ_t p(y_{t−1}, y_t) − counts) / n
/// ```
///
/// Threads work on different columns, and for dA on different rows of it; each sum is in the order
/// of the columns and of their steps, so that their number changes no bit.
public final class ChainLoss implements LossRun {
  private final OneCaller caller = new OneCaller("the run of a loss",
      "bind one for each thread");
  private final int n;
  private final int time;
  private final int batch;
  private final ChainScores parameters;
  private final ChainScores.Table table;
  private final ChainSums sums;
  private final BestPath best;
  private final WorkSplit columns;
  private final WorkSplit pairs;

  /// The steps of each column that its chain runs over, `[B, T]`, and how many there are.
  private final int[] steps;

  private final int[] lengths;
  private final int[] path;
  private final double[] losses;
  private final Rows gradient;
  private final double[] dTransitions;
  private final double[] dStart;
  private final double[] dEnd;

  /// Allocated at the first use: training does not need it.
  private Rows marginals;

  private Rows logits;
  private int[] targets = {};
  private boolean predicts;
  private double weight;

  /// @param bounds T and B of the rows, and whether gradients will be asked for
  public ChainLoss(Engine engine, ChainScores parameters, Bounds bounds) {
    this.parameters = parameters;
    n = parameters.classes();
    time = bounds.time();
    batch = bounds.batch();
    int rows = time * batch;
    boolean training = bounds.training();
    table = parameters.table();
    sums = new ChainSums(rows, batch, table, n);
    best = new BestPath(rows, batch, table, n);
    columns = engine.split(1, this::columns);
    pairs = engine.split(1, this::pairs);
    steps = new int[rows];
    lengths = new int[batch];
    path = new int[rows];
    losses = new double[batch];
    gradient = Rows.allocate(training ? rows : 0, n);
    dTransitions = new double[training ? n * n : 0];
    dStart = new double[training ? n : 0];
    dEnd = new double[training ? n : 0];
    marginals = Rows.allocate(0, n);
    logits = gradient;
  }

  /// Takes over changed parameters.
  public void load() {
    table.load();
  }

  @Override
  public Score score(Rows outputs, Targets targets) {
    caller.enter();
    try {
      SoftmaxCrossEntropy.require(targets.classes(), targets.rows(), n);
      this.targets = targets.classes();
      int count = 0;
      Arrays.fill(lengths, 0);
      for (int row = 0; row < targets.rows(); row++) {
        if (this.targets[row] >= 0) {
          add(row);
          count++;
        }
      }
      requireAllowed();
      weight = count == 0 ? 0 : 1.0 / count;
      Leftovers.spoil(gradient);
      Arrays.fill(gradient.array(), 0, gradient.array().length == 0 ? 0 : targets.rows() * n, 0);
      run(outputs, false);
      double sum = 0;
      long hits = 0;
      for (int b = 0; b < batch; b++) {
        sum += losses[b];
        for (int k = 0; k < lengths[b]; k++) {
          hits += path[row(b, k)] == this.targets[row(b, k)] ? 1 : 0;
        }
      }
      return new Score(sum, count, hits);
    } finally {
      caller.leave();
    }
  }

  private void add(int row) {
    int b = row % batch;
    steps[b * time + lengths[b]++] = row / batch;
  }

  private int row(int b, int k) {
    return steps[b * time + k] * batch + b;
  }

  private void requireAllowed() {
    for (int b = 0; b < batch; b++) {
      int before = -1;
      for (int k = 0; k < lengths[b]; k++) {
        int here = targets[row(b, k)];
        if (parameters.isForbidden(before, here)) {
          throw new IllegalArgumentException(
              ("column %d of the batch has the class %d at step %d, which cannot %s; "
                  + "a span begins with B-").formatted(b, here, steps[b * time + k],
                      before < 0 ? "be the first" : "follow the class " + before));
        }
        before = here;
      }
    }
  }

  private void run(Rows outputs, boolean predicts) {
    sums.spoil();
    Leftovers.spoil(losses);
    logits = outputs;
    this.predicts = predicts;
    columns.run(batch);
  }

  /// The probability of each class at each step, `[T, B, n]`, and the [#path].
  ///
  /// @param present `[T, B]`, not 0 for the steps that chains run over; others are undefined
  public Rows predict(Rows outputs, Rows present, int steps) {
    caller.enter();
    try {
      Arrays.fill(lengths, 0);
      for (int row = 0; row < steps * batch; row++) {
        if (present.array()[present.offset() + row] != 0) {
          add(row);
        }
      }
      if (marginals.array().length == 0) {
        marginals = Rows.allocate(time * batch, n);
      }
      Leftovers.spoil(marginals);
      run(outputs, true);
      return marginals;
    } finally {
      caller.leave();
    }
  }

  /// The class of each row in the most probable sequence, after [#predict]; undefined where there
  /// is none.
  public int[] path() {
    return path;
  }

  private void columns(int from, int to) {
    for (int b = from; b < to; b++) {
      int length = lengths[b];
      losses[b] = 0;
      if (length > 0) {
        sums.column(logits, b, steps, b * time, length);
        best.column(logits, b, steps, b * time, length, path);
        if (predicts) {
          marginals(b, length);
        } else {
          judge(b, length);
        }
      }
    }
  }

  private void marginals(int b, int length) {
    for (int k = 0; k < length; k++) {
      int row = row(b, k);
      for (int j = 0; j < n; j++) {
        marginals.array()[row * n + j] = (float) probability(b, row, j);
      }
    }
  }

  private double probability(int b, int row, int j) {
    return StrictMath.exp(sums.alpha[row * n + j] + sums.beta[row * n + j] - sums.logZ[b]);
  }

  private void judge(int b, int length) {
    double score = table.ends[targets[row(b, length - 1)]];
    int before = -1;
    for (int k = 0; k < length; k++) {
      int row = row(b, k);
      int target = targets[row];
      score += logits.array()[logits.offset() + row * n + target]
          + (before < 0 ? table.starts[target] : table.scores[before * n + target]);
      before = target;
      for (int j = 0; dStart.length > 0 && j < n; j++) {
        double p = probability(b, row, j) - (j == target ? 1 : 0);
        gradient.array()[row * n + j] = (float) (weight * p);
      }
    }
    losses[b] = sums.logZ[b] - score;
  }

  @Override
  public Rows gradient() {
    return gradient;
  }

  /// Adds the gradients of the parameters after [#score], in training.
  public void addGradients() {
    caller.enter();
    try {
      Arrays.fill(dStart, 0);
      Arrays.fill(dEnd, 0);
      for (int b = 0; b < batch; b++) {
        for (int j = 0; lengths[b] > 0 && j < n; j++) {
          dStart[j] += gradient.array()[row(b, 0) * n + j];
          dEnd[j] += gradient.array()[row(b, lengths[b] - 1) * n + j];
        }
      }
      pairs.run(n);
      parameters.addGradients(dTransitions, dStart, dEnd);
    } finally {
      caller.leave();
    }
  }

  /// The gradient of the rows `[from, to)` of A.
  private void pairs(int from, int to) {
    for (int i = from; i < to; i++) {
      Arrays.fill(dTransitions, i * n, (i + 1) * n, 0);
      for (int b = 0; b < batch; b++) {
        for (int k = 1; k < lengths[b]; k++) {
          pair(b, row(b, k - 1), row(b, k), i);
        }
      }
      for (int j = 0; j < n; j++) {
        dTransitions[i * n + j] *= weight;
      }
    }
  }

  private void pair(int b, int row, int next, int i) {
    double p = sums.before[row * n + i];
    int at = i * n;
    if (Double.isNaN(sums.after[next * n])) {
      for (int j = 0; j < n; j++) {
        dTransitions[at + j] += StrictMath.exp(sums.alpha[row * n + i] + table.scores[at + j]
            + logits.array()[logits.offset() + next * n + j] + sums.beta[next * n + j]
            - sums.logZ[b]);
      }
    } else if (p > 0) {
      for (int j = 0; j < n; j++) {
        dTransitions[at + j] += p * table.factors[at + j] * sums.after[next * n + j];
      }
    }
    if (targets[row] == i) {
      dTransitions[at + targets[next]]--;
    }
  }

  /// The bytes of its memory.
  public long bytes() {
    return 4L * (gradient.array().length + marginals.array().length)
        + 8L * (sums.alpha.length * 5L + dTransitions.length * 4L);
  }
}
