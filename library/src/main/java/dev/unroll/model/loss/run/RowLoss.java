package dev.unroll.model.loss.run;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.model.loss.Score;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import dev.unroll.tensor.guard.OneCaller;
import java.util.Arrays;

/// A loss whose targets are numbers, row by row; threads work on different rows.
abstract class RowLoss implements LossRun {
  private final OneCaller caller = new OneCaller("the run of a loss",
      "bind one for each thread");
  private final WorkSplit split;
  private final Rows gradient;
  private final double[] losses;
  private final boolean[] right;
  private final int perRow;
  private Rows outputs;
  private Targets targets = Targets.classes(new int[0], 0);
  private float weight;

  /// @param outputs the number of outputs of a row
  /// @param perRow how much a row counts
  RowLoss(Engine engine, int rows, int outputs, int perRow) {
    split = engine.split(1, this::rows);
    gradient = Rows.allocate(rows, outputs);
    this.outputs = gradient;
    losses = new double[rows];
    right = new boolean[rows];
    this.perRow = perRow;
  }

  /// The loss of one row.
  ///
  /// @param y holds the outputs from `at` on
  /// @param t holds the targets from `from` on
  /// @param dy gets the gradient from `to` on, times `weight`
  abstract double row(float[] y, int at, float[] t, int from, float[] dy, int to, float weight);

  /// How much a row of the target mask counts.
  int count(float[] t, int from) {
    return perRow;
  }

  /// Whether the row, of which the loss was just computed, is right.
  boolean isRight(float[] y, int at, float[] t, int from) {
    return false;
  }

  @Override
  public Score score(Rows outputs, Targets targets) {
    caller.enter();
    try {
      Leftovers.spoil(gradient);
      Leftovers.spoil(losses);
      this.outputs = outputs;
      this.targets = targets;
      long count = 0;
      for (int row = 0; row < targets.rows(); row++) {
        var t = targets.values();
        count += targets.asked()[row] ? count(t.array(), t.offset() + row * t.columns()) : 0;
      }
      weight = count == 0 ? 0 : 1f / count;
      split.run(targets.rows());
      double sum = 0;
      long hits = 0;
      for (int row = 0; row < targets.rows(); row++) {
        sum += losses[row];
        hits += right[row] ? 1 : 0;
      }
      return new Score(sum, count, hits);
    } finally {
      caller.leave();
    }
  }

  private void rows(int from, int to) {
    int n = gradient.columns();
    var y = outputs.array();
    var t = targets.values();
    for (int row = from; row < to; row++) {
      if (targets.asked()[row]) {
        int at = outputs.offset() + row * n;
        int wanted = t.offset() + row * t.columns();
        losses[row] = row(y, at, t.array(), wanted, gradient.array(), row * n, weight);
        right[row] = isRight(y, at, t.array(), wanted);
      } else {
        losses[row] = 0;
        right[row] = false;
        Arrays.fill(gradient.array(), row * n, (row + 1) * n, 0f);
      }
    }
  }

  @Override
  public Rows gradient() {
    return gradient;
  }
}
