package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.inspect.Spectrum.SpectralRadius;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Matrices whose values are known on paper.
class SpectrumTest {
  /// Some hundred roundings of a double.
  private static final Offset<Double> EXACT = within(1e-13);

  /// How near the bounds of a radius come, relative to it.
  private static final double CLOSE = 1e-10;

  @Test
  void diagonal() {
    var spectrum = Spectrum.of(new double[] {3, 0, 0, 0, -5, 0, 0, 0, 0.25}, 3, 3);
    assertThat(spectrum.singularValues()).containsExactly(new double[] {5, 3, 0.25}, EXACT);
    assertThat(spectrum.norm()).isEqualTo(5);
    assertThat(radius(spectrum)).isCloseTo(5, within(5 * CLOSE));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, Math.PI / 2, 3, 2.0943951023931953})
  void rotationsHaveNoRealEigenvalue(double angle) {
    double cos = 0.9 * Math.cos(angle);
    double sin = 0.9 * Math.sin(angle);
    var spectrum = Spectrum.of(new double[] {cos, -sin, sin, cos}, 2, 2);
    assertThat(spectrum.singularValues()).containsExactly(new double[] {0.9, 0.9}, EXACT);
    var radius = spectrum.radius().orElseThrow();
    assertThat(radius.value()).isCloseTo(0.9, within(CLOSE));
    assertThat(radius.high() - radius.low()).isLessThan(1e-9);
  }

  /// `u vᵀ` with ‖u‖ = 3, ‖v‖ = 2.5.
  @Test
  void rankOne() {
    double[] u = {1, 2, 2};
    double[] v = {1.5, -2, 0};
    var matrix = new double[9];
    for (int i = 0; i < 9; i++) {
      matrix[i] = u[i / 3] * v[i % 3];
    }
    var spectrum = Spectrum.of(matrix, 3, 3);
    assertThat(spectrum.singularValues()).containsExactly(new double[] {7.5, 0, 0}, EXACT);
    // The one eigenvalue that is not zero is vᵀu = 1.5 − 4.
    assertThat(radius(spectrum)).isCloseTo(2.5, within(2.5 * CLOSE));
  }

  /// Eigenvalues 0.5 and 0.4; σ₁² = (a + √(a² − 4 d²)) / 2 with a = 0.25 + 0.16 + 9, d = det = 0.2.
  @Test
  void stretchesForAWhileAndShrinksInTheLongRun() {
    var spectrum = Spectrum.of(new double[] {0.5, 3, 0, 0.4}, 2, 2);
    double sum = 0.25 + 0.16 + 9;
    assertThat(spectrum.norm())
        .isCloseTo(Math.sqrt((sum + Math.sqrt(sum * sum - 4 * 0.04)) / 2), EXACT);
    assertThat(spectrum.norm() * spectrum.singularValues()[1]).isCloseTo(0.2, EXACT);
    assertThat(radius(spectrum)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void nilpotent() {
    var spectrum = Spectrum.of(new double[] {0, 2, 0, 0, 0, 2, 0, 0, 0}, 3, 3);
    assertThat(spectrum.singularValues()).containsExactly(2, 2, 0);
    assertThat(radius(spectrum)).isZero();
  }

  @Test
  void extremeScales() {
    assertThat(radius(Spectrum.of(new double[] {1e-200, 0, 0, 1e-201}, 2, 2)))
        .isCloseTo(1e-200, within(1e-210));
    assertThat(Spectrum.of(new double[] {1e200, 1e200, -1e200, 1e200}, 2, 2).norm())
        .isCloseTo(Math.sqrt(2) * 1e200, within(1e187));
    assertThat(radius(Spectrum.of(new double[4], 2, 2))).isZero();
  }

  /// The sum of the squares is that of all elements, for either shape; a transposed matrix has the
  /// same.
  @Test
  void rectangular() {
    var random = CounterRandom.of(5);
    var matrix = new double[7 * 4];
    var transposed = new double[7 * 4];
    double sum = 0;
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = random.normal(0, i);
      transposed[i % 4 * 7 + i / 4] = matrix[i];
      sum += matrix[i] * matrix[i];
    }
    var tall = Spectrum.of(matrix, 7, 4);
    assertThat(tall.singularValues()).hasSize(4);
    assertThat(Arrays.stream(tall.singularValues()).map(s -> s * s).sum()).isCloseTo(sum, EXACT);
    assertThat(Spectrum.of(transposed, 4, 7).singularValues())
        .containsExactly(tall.singularValues(), EXACT);
    assertThat(tall.radius()).isEmpty();
  }

  @Test
  void ofAllGatesOfALayer() {
    var parameters = new Parameters();
    var layer = new Recurrent("layer", Cells.find("lstm"), Dimensions.of(3, 40), parameters, 0,
        CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    var spectra = Spectrum.of(layer);
    assertThat(spectra.keySet()).containsExactly("Ui", "Uf", "Ug", "Uo");
    // They start orthogonal, in float.
    spectra.values().forEach(spectrum -> {
      var ones = new double[40];
      Arrays.fill(ones, 1);
      assertThat(spectrum.singularValues()).containsExactly(ones, within(1e-6));
      assertThat(radius(spectrum)).isCloseTo(1, within(1e-6));
    });
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> Spectrum.of(new double[5], 2, 3))
        .hasMessage("5 numbers, expected those of a matrix [2, 3]");
    assertThatThrownBy(() -> SpectralRadius.of(new double[6], 2))
        .hasMessage("6 numbers, expected the 4 of a square matrix [2, 2]");
  }

  private static double radius(Spectrum spectrum) {
    return spectrum.radius().orElseThrow().value();
  }
}
