package dev.unroll.layer.recurrent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Initializer;
import dev.unroll.inspect.Spectrum;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// A layer whose matrices have heads keeps their blocks alone.
class HeadsOfLayersTest {
  private static final int F = 5;
  private static final int H = 12;

  private final Parameters parameters = new Parameters();

  private Recurrent layer(Cell cell) {
    var layer = new Recurrent("l", cell, Dimensions.of(F, H), parameters, 0, CounterRandom.of(3));
    parameters.freeze();
    layer.initialize();
    return layer;
  }

  @Test
  void blocksAreStoredAndBeginOrthogonal() {
    var layer = layer(Cells.sLstm().heads(3));
    assertThat(requireNonNull(layer.blocks().get("Ri")).shape()).containsExactly(3, 4, 4);
    assertThat(requireNonNull(layer.blocks().get("Wi")).shape()).containsExactly(H, F);
    assertThat(parameters.size()).isEqualTo(4 * (H * F + 3 * 4 * 4 + H));
    var spectra = Spectrum.of(layer);
    assertThat(spectra.keySet()).hasSize(12).startsWith("Ri, head 1", "Ri, head 2", "Ri, head 3");
    spectra.forEach((name, spectrum) -> {
      assertThat(spectrum.rows()).isEqualTo(4);
      for (double value : spectrum.singularValues()) {
        assertThat(value).as(name).isCloseTo(1, within(1e-6));
      }
    });
    var values = layer.get("Ri").toArray();
    assertThat(Arrays.copyOfRange(values, 0, 16)).isNotEqualTo(Arrays.copyOfRange(values, 16, 32));
  }

  /// The bound of Glorot's values is that of a block, not of the matrix.
  @Test
  void inputsBeginByTheSizeOfABlock() {
    var layer = layer(Cells.rgLru().heads(3).initializer("Wi",
        new Initializer.Identity(2)));
    float most = 0;
    for (float value : layer.get("Wr").toArray()) {
      most = Math.max(most, Math.abs(value));
    }
    double bound = Math.sqrt(6.0 / (4 + 4));
    assertThat((double) most).isBetween(0.8 * bound, bound);
    var identity = layer.get("Wi").toArray();
    for (int i = 0; i < identity.length; i++) {
      assertThat(identity[i]).isEqualTo(i / 4 % 4 == i % 4 ? 2 : 0);
    }
  }

  @Test
  void sizesThatHeadsDoNotDivideAreRefused() {
    assertThatThrownBy(() -> layer(Cells.sLstm().heads(5))).isInstanceOf(CellException.class)
        .hasMessage(
            "Cell slstm: the matrix Ri has 5 heads and 12 rows, expected a multiple of 5; choose"
                + " another H, or another number of heads.");
  }

  @Test
  void gradientsOfHeadsAreNotPreserved() {
    var layer = layer(Cell.parse("h' = tanh(W x + U h)\nheads U = 2"));
    assertThatThrownBy(() -> layer.preserveGradients(1)).isInstanceOf(CellException.class)
        .hasMessageContaining("U without heads");
  }
}
