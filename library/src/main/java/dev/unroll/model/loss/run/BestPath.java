package dev.unroll.model.loss.run;

import dev.unroll.tensor.Rows;

/// The most probable sequence of classes of a chain (Viterbi 1967); of equal ones the one whose
/// last classes have the smaller numbers. Different columns may be computed at the same time.
final class BestPath {
  private final int n;
  private final int batch;
  private final ChainScores.Table table;
  private final double[] scores;
  private final int[] previous;

  /// @param rows `T·B`
  BestPath(int rows, int batch, ChainScores.Table table, int classes) {
    n = classes;
    this.batch = batch;
    this.table = table;
    scores = new double[rows * n];
    previous = new int[rows * n];
  }

  /// Computes a column.
  ///
  /// @param steps of the column that its chain runs over, as [ChainSums#column]
  /// @param path gets the class of each row
  void column(Rows z, int b, int[] steps, int from, int length, int[] path) {
    for (int k = 0; k < length; k++) {
      int row = steps[from + k] * batch + b;
      int before = k == 0 ? -1 : steps[from + k - 1] * batch + b;
      step(z, before, row);
    }
    int row = steps[from + length - 1] * batch + b;
    int best = 0;
    for (int j = 1; j < n; j++) {
      if (scores[row * n + j] + table.ends[j] > scores[row * n + best] + table.ends[best]) {
        best = j;
      }
    }
    for (int k = length - 1; k >= 0; k--) {
      row = steps[from + k] * batch + b;
      path[row] = best;
      best = previous[row * n + best];
    }
  }

  private void step(Rows z, int before, int row) {
    int at = row * n;
    for (int j = 0; j < n; j++) {
      scores[at + j] = before < 0 ? table.starts[j] : Double.NEGATIVE_INFINITY;
      previous[at + j] = 0;
    }
    for (int i = 0; before >= 0 && i < n; i++) {
      double score = scores[before * n + i];
      for (int j = 0; j < n; j++) {
        double here = score + table.scores[i * n + j];
        if (here > scores[at + j]) {
          scores[at + j] = here;
          previous[at + j] = i;
        }
      }
    }
    for (int j = 0; j < n; j++) {
      scores[at + j] += z.array()[z.offset() + at + j];
    }
  }
}
