package dev.unroll.inspect.step;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The singular value decomposition in double by plane rotations that orthogonalize rows (one-sided
/// Jacobi).
///
/// ```
/// W = [w₁ … w_p]ᵀ        rotated until w_i · w_j = 0: then σ_i = ‖w_i‖, u_i = w_i / σ_i
/// ```
///
/// Every singular value has a small error relative to the largest; for well-scaled rows, the small
/// ones also relative to themselves. Hestenes 1958, "Inversion of matrices by biorthogonalization
/// and related results", J. SIAM 6; Demmel and Veselić 1992, "Jacobi's method is more accurate than
/// QR", SIAM J. Matrix Anal. Appl. 13.
public final class OneSidedJacobi {
  /// Rows with a cosine below this count as orthogonal.
  private static final double ORTHOGONAL = 1e-15;

  /// The largest number of sweeps. Convergence is quadratic at the end; six to ten are usual.
  private static final int SWEEPS = 40;

  private OneSidedJacobi() {}

  /// Rotates rows until they are orthogonal, and sorts them by length.
  ///
  /// @param w `[p, n]`; becomes rows of length one, zeros where the singular value is zero
  /// @param q `[p, m]`, rotated and sorted alike; or null
  /// @return the singular values, the largest first
  public static double[] run(double[][] w, double @Nullable [][] q) {
    double largest = 0;
    for (var row : w) {
      largest = Math.max(largest, Vectors.norm(row));
    }
    if (largest == 0 || !Double.isFinite(largest)) {
      return filled(w.length, largest);
    }
    for (var row : w) {
      Vectors.scale(row, 1 / largest);
    }
    int sweep = 0;
    while (sweep < SWEEPS && sweep(w, q)) {
      sweep++;
    }
    var lengths = new double[w.length];
    Arrays.setAll(lengths, i -> Vectors.norm(w[i]));
    var order = IntStream.range(0, w.length).boxed()
        .sorted(Comparator.comparingDouble(i -> -lengths[i])).mapToInt(i -> i).toArray();
    sort(w, order);
    if (q != null) {
      sort(q, order);
    }
    var values = new double[w.length];
    for (int i = 0; i < values.length; i++) {
      double length = lengths[order[i]];
      values[i] = length * largest;
      if (length > 0) {
        Vectors.scale(w[i], 1 / length);
      }
    }
    return values;
  }

  private static double[] filled(int n, double value) {
    var values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  /// @return whether anything was rotated
  private static boolean sweep(double[][] w, double @Nullable [][] q) {
    boolean rotated = false;
    var squares = new double[w.length];
    Arrays.setAll(squares, i -> Vectors.dot(w[i], w[i]));
    for (int i = 0; i < w.length - 1; i++) {
      for (int j = i + 1; j < w.length; j++) {
        double a = squares[i];
        double b = squares[j];
        double product = Vectors.dot(w[i], w[j]);
        // Below the square of rounding a row counts as zero, as its direction is arbitrary.
        if (Math.min(a, b) < 1e-40
            || Math.abs(product) <= ORTHOGONAL * Math.sqrt(a * b)) {
          continue;
        }
        rotated = true;
        double zeta = (b - a) / (2 * product);
        double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
        double cosine = 1 / Math.hypot(1, tangent);
        squares[i] = a - tangent * product;
        squares[j] = b + tangent * product;
        rotate(w[i], w[j], cosine, cosine * tangent);
        if (q != null) {
          rotate(q[i], q[j], cosine, cosine * tangent);
        }
      }
    }
    return rotated;
  }

  private static void rotate(double[] a, double[] b, double cosine, double sine) {
    for (int k = 0; k < a.length; k++) {
      double left = a[k];
      a[k] = cosine * left - sine * b[k];
      b[k] = sine * left + cosine * b[k];
    }
  }

  private static void sort(double[][] rows, int[] order) {
    var before = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = before[order[i]];
    }
  }
}
