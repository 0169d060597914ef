package dev.unroll.layer.initial;

import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.RightFactor;
import dev.unroll.kernel.Workspace;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;

/// A random matrix whose rows (if there are no more rows than columns) or columns are orthonormal,
/// uniformly distributed (Haar): a product of Householder reflections, each of which maps a vector
/// of normal numbers to the first axis of the remaining space (Stewart 1980, "The efficient
/// generation of random
/// orthogonal matrices", SIAM Journal on Numerical Analysis 17).
///
/// ```
/// Q = H₁ H₂ … Hₘ D       Hⱼ = I − τⱼ vⱼ vⱼᵀ,  D = diag(±1)       [n, m], the first m columns of n
/// ```
///
/// Reflections are applied many at a time, as products of matrices (the compact WY form of
/// Schreiber and Van Loan 1989):
///
/// ```
/// H₁ … H_b = I − V T Vᵀ         V = [v₁ … v_b] [n, b], T [b, b] upper triangular
/// ```
///
/// The products have the same bits on every machine, and so has the matrix.
final class Orthogonal {
  /// The number of reflections that are applied at a time: large enough for large products, small
  /// enough that T costs little.
  private static final int BLOCK = 64;

  private final int n;
  private final int m;
  private final CounterRandom random;
  private final Kernels kernels;
  private final Workspace workspace = new Workspace();

  /// Q `[n, m]`.
  private final float[] q;

  /// The factors of one block: V `[rows, b]`, −(V T)ᵀ `[b, rows]`, Vᵀ Q `[b, m]`, and T.
  private final float[] v;

  private final float[] y;
  private final float[] w;
  private final double[][] t = new double[BLOCK][BLOCK];

  private Orthogonal(int n, int m, CounterRandom random, Kernels kernels) {
    this.n = n;
    this.m = m;
    this.random = random;
    this.kernels = kernels;
    int most = Math.min(BLOCK, m);
    q = new float[n * m];
    v = new float[n * most];
    y = new float[n * most];
    w = new float[m * most];
  }

  /// Draws a matrix `[rows, columns]`, row by row.
  static float[] draw(int rows, int columns, CounterRandom random) {
    return draw(rows, columns, random, Providers.best());
  }

  /// Like [#draw(int, int, CounterRandom)], with given kernels, which all give the same bits.
  static float[] draw(int rows, int columns, CounterRandom random, Kernels kernels) {
    int n = Math.max(rows, columns);
    int m = Math.min(rows, columns);
    var tall = new Orthogonal(n, m, random, kernels).product();
    if (rows >= columns) {
      return tall;
    }
    var wide = new float[tall.length];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        wide[i * n + j] = tall[j * m + i];
      }
    }
    return wide;
  }

  /// Applies the reflections from the last to the first, as each leaves earlier rows and columns
  /// unchanged.
  private float[] product() {
    for (int last = (m - 1) / BLOCK; last >= 0; last--) {
      int first = last * BLOCK;
      int b = Math.min(BLOCK, m - first);
      reflections(first, b);
      apply(first, b);
    }
    return q;
  }

  /// Draws `b` reflections from column `first` on, stores D, and computes T.
  private void reflections(int first, int b) {
    int rows = n - first;
    Arrays.fill(v, 0, rows * b, 0);
    for (int j = 0; j < b; j++) {
      reflection(first, b, j);
    }
    for (int j = 0; j < b; j++) {
      var dots = dots(rows, b, j);
      double tau = 2 / dots[j];
      // The columns of T from left to right: H₁ … Hⱼ = (I − V T Vᵀ) Hⱼ.
      for (int i = 0; i < j; i++) {
        double sum = 0;
        for (int k = i; k < j; k++) {
          sum += t[i][k] * dots[k];
        }
        t[i][j] = -tau * sum;
      }
      t[j][j] = tau;
    }
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < b; j++) {
        double sum = 0;
        for (int i = 0; i <= j; i++) {
          sum += v[r * b + i] * t[i][j];
        }
        y[j * rows + r] = (float) -sum;
      }
    }
  }

  /// The vector that is the sum of `x` and its length on the first axis, scaled to begin with one.
  /// It maps x to the other side of that axis, for which D compensates.
  private void reflection(int first, int b, int j) {
    int at = first + j;
    int length = n - at;
    var x = new double[length];
    double squares = 0;
    for (int i = 0; i < length; i++) {
      x[i] = random.normal(0, (long) at * n + i);
      squares += x[i] * x[i];
    }
    boolean negative = x[0] < 0;
    double norm = Math.sqrt(squares);
    double head = negative ? x[0] - norm : x[0] + norm;
    v[j * b + j] = 1;
    for (int i = 1; i < length; i++) {
      v[(j + i) * b + j] = (float) (x[i] / head);
    }
    q[at * m + at] = negative ? 1 : -1;
  }

  /// `vᵢ · vⱼ` for all i up to j, of the rounded vectors, so that H is orthogonal to the last bit
  /// of T.
  private double[] dots(int rows, int b, int j) {
    var dots = new double[j + 1];
    for (int r = j; r < rows; r++) {
      double its = v[r * b + j];
      for (int i = 0; i <= j; i++) {
        dots[i] += its * v[r * b + i];
      }
    }
    return dots;
  }

  /// `Q −= V T (Vᵀ Q)`, for the rows and columns from `first` on.
  private void apply(int first, int b) {
    int rows = n - first;
    int columns = m - first;
    int corner = first * m + first;
    Arrays.fill(w, 0, b * columns, 0);
    kernels.accumulateOuter(v, 0, b, rows, 0, b,
        List.of(RightFactor.of(q, corner, m, columns, w, 0, columns)), workspace);
    kernels.accumulateOuter(y, 0, rows, b, 0, rows,
        List.of(RightFactor.of(w, 0, columns, columns, q, corner, m)), workspace);
  }
}
