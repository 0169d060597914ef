package dev.unroll.model.part;

import dev.unroll.tensor.Rows;

/// The classes of rows of probabilities.
public final class Classes {
  private Classes() {}

  /// The most probable class of each row; of equal ones the first.
  public static int[] mostProbable(Rows probabilities) {
    int n = probabilities.columns();
    int[] classes = new int[(probabilities.array().length - probabilities.offset()) / n];
    for (int row = 0; row < classes.length; row++) {
      int at = probabilities.offset() + row * n;
      for (int j = 1; j < n; j++) {
        if (probabilities.array()[at + j] > probabilities.array()[at + classes[row]]) {
          classes[row] = j;
        }
      }
    }
    return classes;
  }
}
