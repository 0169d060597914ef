package dev.unroll.kernel.run;

import java.util.Arrays;
import java.util.List;

/// The size of each step's term of the gradient of a matrix, `‖Σ_b δ_b ⊗ a_b‖` (Frobenius), in
/// double.
///
/// ```
/// ‖Σ_b δ_b ⊗ a_b‖² = Σ_b Σ_b' (δ_b · δ_b') (a_b · a_b')
/// ```
///
/// The right side needs no matrix; for a large batch, the sum is formed instead.
final class StepTerms {
  /// The two sides of the products of one term.
  record Factors(Location adjoint, int rows, Location operand, int columns) {

    /// The sides of one of the blocks on the diagonal.
    Factors head(int k, int heads) {
      int height = rows / heads;
      int width = columns / heads;
      return new Factors(adjoint.column(k * height), height, operand.column(k * width), width);
    }
  }

  private final List<Factors> terms;
  private final int batch;

  StepTerms(List<Factors> terms, int batch) {
    this.terms = terms;
    this.batch = batch;
  }

  /// The norms of steps `[0, steps)`; 0 for a matrix that no gradient reaches.
  double[] norms(int steps) {
    var norms = new double[steps];
    if (terms.isEmpty()) {
      return norms;
    }
    int rows = terms.getFirst().rows();
    int columns = terms.getFirst().columns();
    long n = (long) terms.size() * batch;
    boolean pairs = n * (rows + columns) / 2 < (long) rows * columns;
    var sum = new double[pairs ? 0 : rows * columns];
    for (int t = 0; t < steps; t++) {
      // Rounding may take the sum of the pairs a little below zero.
      norms[t] = Math.sqrt(pairs ? Math.max(0, overPairs(t)) : formed(t, sum));
    }
    return norms;
  }

  private double overPairs(int t) {
    int n = terms.size() * batch;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        var a = terms.get(i / batch);
        var b = terms.get(j / batch);
        double product = dot(a.adjoint(), b.adjoint(), t, i % batch, j % batch, a.rows())
            * dot(a.operand(), b.operand(), t, i % batch, j % batch, a.columns());
        sum += i == j ? product : 2 * product;
      }
    }
    return sum;
  }

  private static double dot(Location a, Location b, int t, int i, int j, int n) {
    var left = a.array();
    var right = b.array();
    int from = a.at(t, i);
    int to = b.at(t, j);
    double even = 0;
    double odd = 0;
    int k = 0;
    for (; k + 1 < n; k += 2) {
      even += (double) left[from + k] * right[to + k];
      odd += (double) left[from + k + 1] * right[to + k + 1];
    }
    return k < n ? even + odd + (double) left[from + k] * right[to + k] : even + odd;
  }

  private double formed(int t, double[] sum) {
    Arrays.fill(sum, 0);
    for (var term : terms) {
      var adjoint = term.adjoint();
      var operand = term.operand();
      int columns = term.columns();
      for (int b = 0; b < batch; b++) {
        int from = operand.at(t, b);
        for (int i = 0; i < term.rows(); i++) {
          double d = adjoint.array()[adjoint.at(t, b) + i];
          for (int j = 0; j < columns; j++) {
            sum[i * columns + j] += d * operand.array()[from + j];
          }
        }
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    return squares;
  }
}
