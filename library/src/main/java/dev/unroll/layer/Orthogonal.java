package dev.unroll.layer;

import dev.unroll.tensor.CounterRandom;

/// A random matrix whose rows (if there are no more rows than columns) or columns are orthonormal,
/// uniformly distributed: a matrix of normal numbers, orthonormalised by modified Gram–Schmidt, twice,
/// so that what rounding left of other directions is removed as well.
final class Orthogonal {
  private Orthogonal() {}

  /// `[rows, columns]`, row by row.
  static double[] draw(int rows, int columns, CounterRandom random) {
    boolean tall = rows > columns;
    int count = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    var vectors = new double[count][length];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        vectors[i][j] = random.normal(0, (long) i * length + j);
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < i; k++) {
          subtract(vectors[i], vectors[k], dot(vectors[i], vectors[k]));
        }
      }
      double norm = Math.sqrt(dot(vectors[i], vectors[i]));
      for (int j = 0; j < length; j++) {
        vectors[i][j] /= norm;
      }
    }
    var matrix = new double[rows * columns];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < length; j++) {
        matrix[tall ? j * columns + i : i * columns + j] = vectors[i][j];
      }
    }
    return matrix;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] direction, double amount) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= amount * direction[i];
    }
  }
}
