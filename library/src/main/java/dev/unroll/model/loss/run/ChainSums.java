package dev.unroll.model.loss.run;

import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;

/// The sums over all sequences of classes of a chain, by the forward–backward algorithm (Rabiner
/// 1989, "A tutorial on hidden Markov models"), as logarithms in `double`.
///
/// ```
/// α_1 = s + z_1      α_t[j] = z_t[j] + log Σ_i exp(α_{t−1}[i] + A[i, j])      log Z = log Σ exp(α_T + e)
/// β_T = e            β_t[i] = log Σ_j exp(A[i, j] + z_{t+1}[j] + β_{t+1}[j])  log p(y_t) = α_t + β_t − log Z
/// ```
///
/// The sum over i is a product with `exp(A − max A)` of what has its largest logarithm taken off.
/// Where the product is too small to be exact, as every likely way is forbidden, the sum is
/// computed again from logarithms. Different columns may be computed at the same time.
final class ChainSums {
  /// Below it a product may have lost what is too small for a `double`.
  private static final double TINY = 1e-250;

  /// The logarithm of the largest factor that products are multiplied by.
  private static final double HUGE = 500;

  private final int n;
  private final int batch;
  private final ChainScores.Table table;

  /// α and β of each row.
  final double[] alpha;

  final double[] beta;

  /// Of the step from a row to the next one of its column: `exp(α − max α)` of the row, and of the
  /// next one `exp(z + β − max) · f`, so that their product with `exp(A − shift)` is the
  /// probability of the pair; the latter is NaN if it has to be computed from logarithms.
  final double[] before;

  final double[] after;

  /// log Z of each column.
  final double[] logZ;

  /// @param rows `T·B`
  ChainSums(int rows, int batch, ChainScores.Table table, int classes) {
    n = classes;
    this.batch = batch;
    this.table = table;
    alpha = new double[rows * n];
    beta = new double[rows * n];
    before = new double[rows * n];
    after = new double[rows * n];
    logZ = new double[batch];
  }

  void spoil() {
    Leftovers.spoil(alpha);
    Leftovers.spoil(beta);
    Leftovers.spoil(before);
    Leftovers.spoil(after);
    Leftovers.spoil(logZ);
  }

  /// Computes a column.
  ///
  /// @param steps of the column that its chain runs over, in order: `steps[b·T + k]`
  /// @param from where they begin
  /// @param length how many there are, at least 1
  void column(Rows z, int b, int[] steps, int from, int length) {
    int first = steps[from] * batch + b;
    for (int j = 0; j < n; j++) {
      alpha[first * n + j] = table.starts[j] + logit(z, first, j);
    }
    for (int k = 1; k < length; k++) {
      forward(z, steps[from + k - 1] * batch + b, steps[from + k] * batch + b);
    }
    int last = steps[from + length - 1] * batch + b;
    System.arraycopy(table.ends, 0, beta, last * n, n);
    logZ[b] = logSum(alpha, last * n, table.ends, 0, 1);
    for (int k = length - 1; k > 0; k--) {
      backward(z, steps[from + k - 1] * batch + b, steps[from + k] * batch + b, logZ[b]);
    }
  }

  private static float logit(Rows z, int row, int j) {
    return z.array()[z.offset() + row * z.columns() + j];
  }

  private void forward(Rows z, int row, int next) {
    double max = max(alpha, row * n);
    for (int i = 0; i < n; i++) {
      before[row * n + i] = StrictMath.exp(alpha[row * n + i] - max);
    }
    product(before, row * n, table.factors, alpha, next * n);
    for (int j = 0; j < n; j++) {
      double sum = alpha[next * n + j];
      double log = sum > TINY ? max + table.shift + StrictMath.log(sum)
          : logSum(alpha, row * n, table.scores, j, n);
      alpha[next * n + j] = log + logit(z, next, j);
    }
  }

  private void backward(Rows z, int row, int next, double logZ) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      after[next * n + j] = logit(z, next, j) + beta[next * n + j];
      max = Math.max(max, after[next * n + j]);
    }
    Arrays.fill(beta, row * n, (row + 1) * n, 0);
    for (int j = 0; j < n; j++) {
      double p = StrictMath.exp(after[next * n + j] - max);
      for (int i = 0; i < n; i++) {
        beta[row * n + i] += p * table.transposed[j * n + i];
      }
    }
    for (int i = 0; i < n; i++) {
      double sum = beta[row * n + i];
      beta[row * n + i] = sum > TINY ? max + table.shift + StrictMath.log(sum)
          : logSum(after, next * n, table.scores, i * n, 1);
    }
    double f = max(alpha, row * n) + max + table.shift - logZ;
    for (int j = 0; j < n; j++) {
      after[next * n + j] =
          f < HUGE ? StrictMath.exp(after[next * n + j] - max + f) : Double.NaN;
    }
  }

  private void product(double[] vector, int at, double[] matrix, double[] into, int to) {
    Arrays.fill(into, to, to + n, 0);
    for (int i = 0; i < n; i++) {
      double p = vector[at + i];
      for (int j = 0; j < n; j++) {
        into[to + j] += p * matrix[i * n + j];
      }
    }
  }

  private double max(double[] values, int at) {
    double max = values[at];
    for (int i = 1; i < n; i++) {
      max = Math.max(max, values[at + i]);
    }
    return max;
  }

  /// `log Σ_i exp(a[at + i] + b[from + i·stride])`.
  private double logSum(double[] a, int at, double[] b, int from, int stride) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, a[at + i] + b[from + i * stride]);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += StrictMath.exp(a[at + i] + b[from + i * stride] - max);
    }
    return max + StrictMath.log(sum);
  }
}
