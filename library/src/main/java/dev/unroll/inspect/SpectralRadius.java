package dev.unroll.inspect;

import java.util.Arrays;

/// The largest magnitude of an eigenvalue of a matrix, enclosed.
///
/// ```
/// ( |tr Aᵏ| / n )^(1/k)  ≤  ρ(A)  ≤  ‖Aᵏ‖_F^(1/k)          for every k ≥ 1
/// ```
///
/// The upper bound goes to ρ as k grows (Gelfand 1941); the lower one holds as the trace is the sum of n
/// eigenvalues. k = 1, 2, 4, … by squaring, each power brought to norm one; of all k the tightest bounds are
/// kept. They are exact but for rounding, about 10⁻¹⁵ n times the condition of the eigenvalue.
///
/// @param low no eigenvalue that is largest is smaller
/// @param high none is larger
public record SpectralRadius(double low, double high) {
  /// Squarings, after which the upper bound is √n^(2⁻⁵²) too large where the eigenvectors are orthogonal.
  private static final int SQUARINGS = 52;

  /// Bounds that are so close end the search.
  private static final double CLOSE = 1e-10;

  /// Encloses the spectral radius of a matrix `[n, n]`, row by row.
  ///
  /// @throws IllegalArgumentException if the matrix is not square
  public static SpectralRadius of(double[] matrix, int n) {
    if (n < 1 || matrix.length != n * n) {
      throw new IllegalArgumentException(
          "%d numbers, expected the %d of a square matrix [%d, %d]"
              .formatted(matrix.length, n * n, n, n));
    }
    var a = matrix.clone();
    var next = new double[a.length];
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    // The logarithm of what Aᵏ was divided by, and 1/k.
    double log = 0;
    double root = 1;
    for (int s = 0; s <= SQUARINGS; s++, root /= 2) {
      double norm = Vectors.norm(a);
      if (norm == 0) {
        return new SpectralRadius(0, 0);
      }
      if (!Double.isFinite(norm)) {
        return new SpectralRadius(0, Double.POSITIVE_INFINITY);
      }
      Vectors.scale(a, 1 / norm);
      log += Math.log(norm);
      high = Math.min(high, Math.exp(log * root));
      double trace = 0;
      for (int i = 0; i < n; i++) {
        trace += a[i * n + i];
      }
      low = Math.max(low, Math.exp((log + Math.log(Math.abs(trace) / n)) * root));
      if (high - low <= CLOSE * high) {
        break;
      }
      square(a, next, n);
      var squared = next;
      next = a;
      a = squared;
      log *= 2;
    }
    // Rounding may have moved one past the other.
    return new SpectralRadius(Math.min(low, high), high);
  }

  private static void square(double[] a, double[] into, int n) {
    Arrays.fill(into, 0);
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        double factor = a[i * n + k];
        for (int j = 0; j < n; j++) {
          into[i * n + j] += factor * a[k * n + j];
        }
      }
    }
  }

  /// The middle of both bounds.
  public double value() {
    return high == Double.POSITIVE_INFINITY ? high : (low + high) / 2;
  }
}
