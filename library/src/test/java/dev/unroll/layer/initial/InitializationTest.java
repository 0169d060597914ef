package dev.unroll.layer.initial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Initializer;
import dev.unroll.layer.recurrent.Recurrent;
import dev.unroll.tensor.CounterRandom;
import dev.unroll.tensor.Parameters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitializationTest {
  private static final int F = 30;
  private static final int H = 20;
  private static final int P = 8;

  @Test
  void whatMeetsTheStateIsOrthogonal() {
    var values = values(Cells.gruResetBefore());
    for (var matrix : new String[] {"Ur", "Uz", "Un"}) {
      assertOrthonormalRows(matrix, values.get(matrix), H, H);
    }
    assertThat(values.get("Ur")).isNotEqualTo(values.get("Uz"));
  }

  @Test
  void aLowMatrixHasOrthonormalRowsAndATallOneColumns() {
    var values = values(Cells.projectedLstm());
    assertOrthonormalRows("V", values.get("V"), P, H);
    assertOrthonormalRows("Ui", transposed(values.get("Ui"), H, P), P, H);
  }

  @Test
  void whatMeetsTheInputIsGlorotUniform() {
    var w = values(Lstm.cell()).get("Wg");
    double bound = Math.sqrt(6.0 / (F + H));
    double squares = 0;
    for (float v : w) {
      assertThat((double) v).isBetween(-bound, bound);
      squares += (double) v * v;
    }
    // The variance of a uniform number is bound²/3, and that of 600 squares has a deviation of 4 %.
    assertThat(squares / w.length).isCloseTo(bound * bound / 3, within(0.2 * bound * bound / 3));
  }

  @Test
  void masksDoNotChangeTheRoles() {
    var plain = values(Lstm.cell());
    values(VariationalDropout.of(Lstm.cell(), Masks.TIED))
        .forEach((name, v) -> assertThat(v).as(name).containsExactly(plain.get(name)));
  }

  @Test
  void addedVectorsAreZeroAndFactorsOne() {
    var values = values(Cells.layerNormLstm());
    assertThat(values.get("bf")).containsOnly(1f);
    assertThat(values.get("bi")).containsOnly(0f);
    assertThat(values.get("bc")).containsOnly(0f);
    assertThat(values.get("αi")).containsOnly(1f);
    assertThat(values.get("γ")).containsOnly(1f);
  }

  @Test
  void chronoIsTheLogarithmOfAUniformNumberOfSteps() {
    var lstm = Lstm.cell().initializer("bf", new Initializer.Chrono(50))
        .initializer("bi", new Initializer.Chrono(-50));
    var values = values(lstm);
    double steps = 0;
    for (float v : values.get("bf")) {
      assertThat((double) v).isBetween(0.0, Math.log(49));
      steps += Math.exp(v) / H;
    }
    // The mean of H uniform numbers on [1, 49) is 25 with a deviation of 48 / √(12 H).
    assertThat(steps).isCloseTo(25, within(3 * 48 / Math.sqrt(12.0 * H)));
    for (float v : values.get("bi")) {
      assertThat((double) v).isBetween(-Math.log(49), 0.0);
    }
  }

  @Test
  void aCellSaysOtherwise() {
    var identity = values(Cells.irnn()).get("U");
    for (int i = 0; i < identity.length; i++) {
      assertThat(identity[i]).isEqualTo(i / H == i % H ? 1f : 0f);
    }
    var u = values(Cells.indRnn()).get("u");
    assertThat(u).hasSize(H).doesNotHaveDuplicates();
    for (float v : u) {
      assertThat(v).isBetween(0f, 1f);
    }
    var other = Lstm.cell().initializer("Wi", new Initializer.Constant(0.5));
    assertThat(values(other).get("Wi")).containsOnly(0.5f);
  }

  private static void assertOrthonormalRows(String name, float[] a, int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double dot = 0;
        for (int k = 0; k < columns; k++) {
          dot += (double) a[i * columns + k] * a[j * columns + k];
        }
        assertThat(dot).as("%s: rows %d and %d", name, i, j).isCloseTo(i == j ? 1 : 0,
            within(1e-6));
      }
    }
  }

  private static float[] transposed(float[] a, int rows, int columns) {
    var t = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      t[i % columns * rows + i / columns] = a[i];
    }
    return t;
  }

  private static Map<String, float[]> values(Cell cell) {
    var parameters = new Parameters();
    var layer = new Recurrent("l", cell, new Dimensions(Map.of("F", F, "H", H, "P", P)), parameters,
        0, CounterRandom.of(1));
    parameters.freeze();
    layer.initialize();
    var values = new HashMap<String, float[]>();
    for (var block : parameters.blocks()) {
      values.put(block.name().substring(2), Arrays.copyOfRange(
          parameters.values(), block.offset(), block.offset() + block.length()));
    }
    return values;
  }
}
