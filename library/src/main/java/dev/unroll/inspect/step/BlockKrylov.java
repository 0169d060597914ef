package dev.unroll.inspect.step;

import dev.unroll.Engine;
import dev.unroll.kernel.WorkSplit;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// The largest singular values of many matrices at once, which are given only by their products
/// with vectors.
///
/// A block Krylov method: power iteration that keeps the span of all powers: from p random vectors
/// V the orthonormal basis Q of V, AᵀA V, (AᵀA)² V, …; the singular values of A Q approach the
/// largest of A from below; the p best vectors start the next round, until for each of the k values
/// σ with its vectors u, v
///
/// ```
/// ‖Aᵀu − σv‖ ≤ 0.002 σ₁
/// ```
///
/// so that a singular value lies within that distance of σ; the error of σ itself scales with its
/// square, about 10⁻⁵ σ₁ if no others are nearer than that. Matrices with up to 32 columns are
/// formed exactly, by
/// the products with all unit vectors.
///
/// Golub and Kahan 1965, "Calculating the singular values and pseudo-inverse of a matrix"; Musco
/// and Musco 2015, "Randomized block Krylov methods for stronger and faster approximate singular
/// value decomposition", arXiv 1504.05477.
public final class BlockKrylov {
  /// The number of columns up to which a matrix is formed.
  static final int EXACT = 32;

  /// The residual that ends the search, relative to the largest value.
  static final double TOLERANCE = 0.002;

  private static final int ROUNDS = 12;
  private static final int BLOCKS = 4;

  /// The number of extra vectors: the spectral gap after them determines the speed of convergence.
  private static final int MORE = 3;

  private final JacobianChain chain;
  private final WorkSplit rows;
  private final int count;
  private final int values;
  private final int block;
  private final int basis;
  private final double[][][] q;
  private final double[][][] w;
  private final double[][] in;
  private final double[][] out;
  private final double[][] found;
  private final double[] residuals;

  /// @param values k, at most as many as the matrices have
  public BlockKrylov(Engine engine, JacobianChain chain, int values) {
    this.chain = chain;
    this.values = values;
    rows = engine.split(1, this::combine);
    count = chain.count();
    int n = chain.inputs();
    boolean exact = n <= EXACT;
    block = exact ? n : Math.min(n, values + MORE);
    basis = exact ? n : Math.min(n, block * BLOCKS);
    q = new double[count][basis][n];
    w = new double[count][basis][chain.outputs()];
    in = new double[count][n];
    out = new double[count][chain.outputs()];
    found = new double[count][];
    residuals = new double[count];
  }

  /// Computes the k largest singular values of each matrix.
  public double[][] run() {
    begin();
    for (int j = 0; j < block; j++) {
      multiply(j);
    }
    if (block == chain.inputs()) {
      rows.run(count);
      return found();
    }
    for (int round = 0; round < ROUNDS; round++) {
      if (round > 0) {
        if (converged()) {
          break;
        }
      }
      for (int from = 0; from + block < basis; from += block) {
        int n = Math.min(block, basis - from - block);
        for (int j = 0; j < n; j++) {
          extend(from + j, from + block + j);
        }
        for (int j = 0; j < n; j++) {
          multiply(from + block + j);
        }
      }
      rows.run(count);
    }
    return found();
  }

  /// The largest ‖Aᵀu − σv‖ / σ₁ of each matrix at its last check; 0 if it was formed.
  public double[] residuals() {
    return residuals;
  }

  private double[][] found() {
    return Arrays.stream(found).map(v -> Arrays.copyOf(v, values)).toArray(double[][]::new);
  }

  private void begin() {
    var random = CounterRandom.of(0).stream("block krylov");
    for (int r = 0; r < count; r++) {
      for (int j = 0; j < block; j++) {
        if (block == chain.inputs()) {
          q[r][j][j] = 1;
        } else {
          for (int i = 0; i < q[r][j].length; i++) {
            q[r][j][i] = random.normal(j, i);
          }
          orthonormalize(r, j);
        }
      }
    }
  }

  /// w_j = A q_j
  private void multiply(int j) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(q[r][j], 0, in[r], 0, in[r].length);
    }
    chain.forward(in, out);
    for (int r = 0; r < count; r++) {
      System.arraycopy(out[r], 0, w[r][j], 0, out[r].length);
    }
  }

  /// Aᵀ w_j, in `in`.
  private void back(int j) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(w[r][j], 0, out[r], 0, out[r].length);
    }
    chain.transposed(out, in);
  }

  /// q_i = Aᵀ w_j, orthogonalized against the span.
  private void extend(int j, int i) {
    back(j);
    for (int r = 0; r < count; r++) {
      System.arraycopy(in[r], 0, q[r][i], 0, in[r].length);
      orthonormalize(r, i);
    }
  }

  private void orthonormalize(int r, int i) {
    var vector = q[r][i];
    double length = Vectors.norm(vector);
    if (length > 0) {
      Vectors.scale(vector, 1 / length);
    }
    // Twice is enough (Giraud, Langou and Rozložník 2005).
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < i; j++) {
        Vectors.add(vector, -Vectors.dot(vector, q[r][j]), q[r][j]);
      }
    }
    double left = Vectors.norm(vector);
    // The remainder of a vector in the span is the rounding of a float product.
    Vectors.scale(vector, left > 1e-6 ? 1 / left : 0);
  }

  /// The best values and vectors in the whole basis, for matrices `[from, to)`.
  private void combine(int from, int to) {
    for (int r = from; r < to; r++) {
      found[r] = basis == block ? OneSidedJacobi.run(w[r], q[r]) : best(w[r], q[r]);
    }
  }

  /// The p best singular values of W, from the eigenvectors of W Wᵀ, which is small; the first p
  /// rows of W and Q become their vectors u and v.
  private double[] best(double[][] w, double[][] q) {
    double largest = 0;
    for (var row : w) {
      largest = Math.max(largest, Vectors.norm(row));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      var none = new double[block];
      Arrays.fill(none, largest);
      return none;
    }
    var gram = new double[basis][basis];
    var rotation = new double[basis][basis];
    for (int i = 0; i < basis; i++) {
      rotation[i][i] = 1;
      Vectors.scale(w[i], 1 / largest);
      for (int j = 0; j <= i; j++) {
        gram[i][j] = Vectors.dot(w[i], w[j]);
        gram[j][i] = gram[i][j];
      }
    }
    OneSidedJacobi.run(gram, rotation);
    var values = new double[block];
    var u = combined(rotation, w);
    var v = combined(rotation, q);
    for (int j = 0; j < block; j++) {
      double length = Vectors.norm(u[j]);
      values[j] = length * largest;
      Vectors.scale(u[j], length > 0 ? 1 / length : 0);
      w[j] = u[j];
      q[j] = v[j];
    }
    return values;
  }

  /// The first p rows of `rotation · rows`.
  private double[][] combined(double[][] rotation, double[][] rows) {
    var combined = new double[block][rows[0].length];
    for (int j = 0; j < block; j++) {
      for (int i = 0; i < basis; i++) {
        Vectors.add(combined[j], rotation[j][i], rows[i]);
      }
    }
    return combined;
  }

  /// Recomputes W for the p best vectors from their products, and checks the residuals.
  private boolean converged() {
    double worst = 0;
    Arrays.fill(residuals, 0);
    for (int j = 0; j < block; j++) {
      if (j < values) {
        back(j);
      }
      for (int r = 0; r < count; r++) {
        double sigma = found[r][j];
        if (j < values && found[r][0] > 0) {
          Vectors.add(in[r], -sigma, q[r][j]);
          residuals[r] = Math.max(residuals[r], Vectors.norm(in[r]) / found[r][0]);
          worst = Math.max(worst, residuals[r]);
        }
        Vectors.scale(w[r][j], sigma);
      }
    }
    return worst <= TOLERANCE;
  }
}
