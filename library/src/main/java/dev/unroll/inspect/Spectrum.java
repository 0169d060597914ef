package dev.unroll.inspect;

import dev.unroll.layer.Recurrent;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// What a matrix does to vectors, in double: its singular values, the factors by which it stretches
/// orthogonal directions, and where it is square its spectral radius, the rate at which its powers grow
/// in the long run.
///
/// ```
/// ρ(U) ≤ σ₁(U)        ‖Uᵏ‖^(1/k) → ρ(U)
/// ```
///
/// For a simple recurrent network with |φ'| ≤ γ the gradient vanishes where σ₁(U) < 1/γ, and σ₁(U) > 1/γ is
/// needed for it to explode (Pascanu, Mikolov and Bengio 2013, arXiv 1211.5063); γ is 1 for tanh, 1/4 for σ.
/// Immutable, but for the array, which the caller must not write.
///
/// @param rows the rows of the matrix
/// @param columns its columns
/// @param singularValues the largest first; as many as the smaller side
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

  /// The spectra of all matrices of a layer that multiply something that depends on a state, by the names
  /// of its cell: the U of each gate.
  public static SequencedMap<String, Spectrum> of(Recurrent layer) {
    var spectra = new LinkedHashMap<String, Spectrum>();
    layer.recurrentMatrices().forEach((name, block) -> {
      var matrix = new double[block.length()];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = layer.parameters().values()[block.at(i)];
      }
      spectra.put(name, of(matrix, block.rows(), block.columns()));
    });
    return spectra;
  }

  /// σ₁, the norm of the matrix.
  public double norm() {
    return singularValues[0];
  }
}
