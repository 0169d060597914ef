package dev.unroll.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells.Published;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.expr.Cell;
import dev.unroll.expr.graph.Interpreter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VariationalDropoutTest {

  @Test
  void tiedMasksAreOneForTheInputAndOneForEachState() {
    assertThat(VariationalDropout.of(GruResetBefore.cell(), Masks.TIED))
        .hasToString("""
            r  = σ(Wr (x * mask(drop_x)) + Ur (h * mask(drop_h)) + br)
            z  = σ(Wz (x * mask(drop_x)) + Uz (h * mask(drop_h)) + bz)
            n  = tanh(Wn (x * mask(drop_x)) + Un (r * (h * mask(drop_h))) + bn)
            h' = z * n + (1 - z) * h
            """);
  }

  @Test
  void untiedMasksAreOthersForEachMatrix() {
    assertThat(VariationalDropout.of(MinimalGatedUnit.cell(), Masks.UNTIED))
        .hasToString("""
            f  = σ(Wf (x * mask(drop_Wf_x)) + Uf (h * mask(drop_Uf_h)) + bf)
            n  = tanh(Wn (x * mask(drop_Wn_x)) + Un (f * (h * mask(drop_Un_h))) + bn)
            h' = (1 - f) * h + f * n
            """);
  }

  @Test
  void newValuesOfStatesAreMaskedAsTheirOldOnes() {
    assertThat(VariationalDropout.of(TwoSpeed.cell(), Masks.TIED))
        .hasToString("""
            a  = σ(p)
            s' = a * s + (1 - a) * h
            h' = tanh(W (x * mask(drop_x)) + U (h * mask(drop_h)) + V (s' * mask(drop_s)) + b)
            init p = 2
            """);
  }

  @Test
  void aNameThatIsTakenGetsANewOne() {
    var cell = Cell.parse("c", "h' = tanh(W x + U h + drop_x * mask(drop_h))");
    assertThat(VariationalDropout.of(cell, Masks.TIED))
        .hasToString("h' = tanh(W (x * mask(drop_x_)) + U (h * mask(drop_h_)) + "
            + "drop_x * mask(drop_h))\n");
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.cell.Cells#all")
  void masksOfOnesChangeNothing(Published published) {
    for (var masks : Masks.values()) {
      var masked = VariationalDropout.of(published.cell(), masks);
      assertThat(masked.shapes().masks()).isNotEmpty();
      assertThat(outputs(masked)).containsExactly(outputs(published.cell()));
    }
  }

  private static double[] outputs(Cell cell) {
    var shapes = cell.shapes();
    var sizes = Map.of("1", 1, "F", 2, "H", 3, "P", 4);
    var parameters = new HashMap<String, double[]>();
    shapes.matrices().forEach((name, m) -> parameters.put(name,
        sines(name, sizes.get(m.rows().name())
            * m.columns().stream().mapToInt(c -> sizes.get(c.name())).sum())));
    shapes.vectors()
        .forEach((name, size) -> parameters.put(name, sines(name, sizes.get(size.name()))));
    var ones = new HashMap<String, double[]>();
    shapes.masks().forEach((name, size) -> ones.put(name, filled(sizes.get(size.name()))));
    var states = new LinkedHashMap<String, double[]>();
    shapes.states().forEach((name, size) -> states.put(name, sines(name, sizes.get(size.name()))));
    return new Interpreter(cell, sizes, parameters, ones)
        .forward(3, 1, sines("x", 6), states)
        .outputs();
  }

  private static double[] sines(String name, int n) {
    var values = new double[n];
    Arrays.setAll(values, i -> Math.sin(i + name.hashCode()));
    return values;
  }

  private static double[] filled(int n) {
    var values = new double[n];
    Arrays.fill(values, 1);
    return values;
  }
}
