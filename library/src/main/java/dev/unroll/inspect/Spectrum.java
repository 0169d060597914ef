package dev.unroll.inspect;

import dev.unroll.inspect.step.OneSidedJacobi;
import dev.unroll.inspect.step.Vectors;
import dev.unroll.layer.Layer;
import dev.unroll.layer.recurrent.Recurrent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// The spectrum of a matrix, in double: its singular values, the factors by which it stretches
/// orthogonal directions, and for a square matrix its spectral radius, the rate at which its powers
/// grow in the long run.
///
/// ```
/// ρ(U) ≤ σ₁(U)        ‖Uᵏ‖^(1/k) → ρ(U)
/// ```
///
/// For a simple recurrent network with |φ'| ≤ γ the gradient vanishes where σ₁(U) < 1/γ, and σ₁(U)
/// > 1/γ is needed for it to explode (Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063); γ is 1
/// for tanh, 1/4 for σ. Immutable, except for the array, which must not be written.
///
/// @param rows the rows of the matrix
/// @param columns its columns
/// @param singularValues the largest first; as many as the smaller of rows and columns
/// @param radius the spectral radius of a square matrix
public record Spectrum(
    int rows, int columns, double[] singularValues, Optional<SpectralRadius> radius) {

  /// The spectrum of a matrix `[rows, columns]`, row by row. It takes a time of about
  /// `10 · max² · min` multiplications for the singular values and `50 n³` for the radius.
  ///
  /// @throws IllegalArgumentException if the sizes do not fit
  public static Spectrum of(double[] matrix, int rows, int columns) {
    if (rows < 1 || columns < 1 || matrix.length != (long) rows * columns) {
      throw new IllegalArgumentException("%d numbers, expected those of a matrix [%d, %d]"
          .formatted(matrix.length, rows, columns));
    }
    boolean wide = columns >= rows;
    var w = new double[wide ? rows : columns][wide ? columns : rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        w[wide ? i : j][wide ? j : i] = matrix[i * columns + j];
      }
    }
    var values = OneSidedJacobi.run(w, null);
    return new Spectrum(rows, columns, values,
        rows == columns ? Optional.of(SpectralRadius.of(matrix, rows)) : Optional.empty());
  }

  /// The spectra of all matrices of a layer that multiply something that depends on a state, by the
  /// names of its cell: the U of each gate.
  ///
  /// @param layer a recurrent one, of [Microscope#trajectories]
  /// @throws IllegalArgumentException if it is another one
  public static SequencedMap<String, Spectrum> of(Layer layer) {
    var recurrent = Recurrent.of(layer);
    var spectra = new LinkedHashMap<String, Spectrum>();
    recurrent.recurrentMatrices().forEach((name, block) -> {
      float[] values = recurrent.parameters().values();
      var matrix = new double[block.length()];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = values[block.at(i)];
      }
      spectra.put(name, of(matrix, block.rows(), block.columns()));
    });
    return spectra;
  }

  /// σ₁, the norm of the matrix.
  public double norm() {
    return singularValues[0];
  }

  /// The largest magnitude of an eigenvalue of a matrix, as an interval.
  ///
  /// ```
  /// ( |tr Aᵏ| / n )^(1/k)  ≤  ρ(A)  ≤  ‖Aᵏ‖_F^(1/k)          for every k ≥ 1
  /// ```
  ///
  /// The upper bound converges to ρ as k grows (Gelfand 1941); the lower one holds as the trace is
  /// the sum of n eigenvalues. k = 1, 2, 4, … by squaring, each power scaled to norm one; the
  /// tightest bounds of all k are kept. They are exact up to rounding, about 10⁻¹⁵ n times the
  /// condition number of the eigenvalue.
  ///
  /// @param low a lower bound of the largest magnitude
  /// @param high an upper bound
  public record SpectralRadius(double low, double high) {
    /// The number of squarings, after which the upper bound is √n^(2⁻⁵²) too large for orthogonal
    /// eigenvectors.
    private static final int SQUARINGS = 52;

    /// The relative distance of the bounds that ends the search.
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
      // Rounding may have moved one bound past the other.
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

    /// The midpoint of both bounds.
    public double value() {
      return high == Double.POSITIVE_INFINITY ? high : (low + high) / 2;
    }
  }
}
