package dev.unroll.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.cell.Cells;
import dev.unroll.cell.rewrite.Lengths;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.tensor.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class SaturationTest {

  /// Shares counted by hand: four steps of two samples, of which the second has two.
  @Test
  void countsTheEndsOfASigmoid() {
    float[] values = {
      // units 0, 1, 2 of sample 0, then of sample 1
      0.05f, 0.95f, 0.5f, 0.95f, 0.99f, 0.5005f, //
      0.02f, 0.91f, 0.5f, 0.50f, 0.20f, 0.5000f, //
      0.10f, 0.90f, 0.5f, 7, 7, 7, //
      0.00f, 1.00f, 0.5f, 7, 7, 7};
    var f = Saturation.of("layer", "f", Function.SIGMOID, new Rows(values, 0, 3), 4, 2);
    assertThat(f.low()).containsExactly(new double[] {3 / 6.0, 0, 0}, within(1e-12));
    assertThat(f.high()).containsExactly(new double[] {1 / 6.0, 4 / 6.0, 0}, within(1e-12));
    assertThat(f.smallest()).containsExactly(0, 0.2f, 0.5);
    assertThat(f.largest()).containsExactly(0.95f, 1, 0.5005f);
    assertThat(f.dead()).containsExactly(2);
    assertThat(f.stuck()).isEmpty();
  }

  @Test
  void findsDeadAndStuckUnits() {
    float[] values = {0, 0, 0.3f, 0, 0, 0.2f, 0, 1, 0.1f};
    var relu = Saturation.of("layer", "h'", Function.RELU, new Rows(values, 0, 3), 3);
    assertThat(relu.low()).containsExactly(new double[] {1, 2 / 3.0, 0}, within(1e-12));
    assertThat(relu.dead()).containsExactly(0);
    assertThat(relu.stuck()).isEmpty();
    float[] ends = {-0.99f, 0.95f, 0.9f, -0.95f, 0.99f, -0.9f};
    var tanh = Saturation.of("layer", "g", Function.TANH, new Rows(ends, 0, 3), 2);
    assertThat(tanh.low()).containsExactly(1, 0, 0);
    assertThat(tanh.high()).containsExactly(0, 1, 0);
    assertThat(tanh.stuck()).containsExactly(0, 1);
    assertThat(tanh.dead()).isEmpty();
  }

  @Test
  void knowsTheQuantitiesOfALookByTheirEquations() {
    assertThat(names(Cells.find("lstm"))).containsExactly("i", "f", "g", "o");
    assertThat(names(Cells.find("gru"))).containsExactly("r", "z", "n");
    assertThat(names(Lengths.of(Cells.find("rnn")))).containsExactly("h'");
    assertThat(names(Lengths.of(Cells.find("irnn")))).containsExactly("h'");
  }

  private static List<String> names(Cell cell) {
    var values = new LinkedHashMap<String, Rows>();
    cell.equations().forEach(e -> values.put(e.name(), Rows.allocate(3 * 2, 4)));
    var layer =
        new Look.Layer("layer", cell, false, false, 3, List.of(3, 1), values, new LinkedHashMap<>(),
            new LinkedHashMap<>(), new double[3], new LinkedHashMap<>());
    return Saturation.of(new Look(0, 2, List.of(3, 1), 0, List.of(layer), List.of())).stream()
        .map(Saturation::quantity).toList();
  }

  @Test
  void refusesOtherFunctionsAndNoSteps() {
    assertThatThrownBy(
        () -> Saturation.of("layer0", "e", Function.EXP, Rows.allocate(2, 1), 2)).hasMessage(
            "layer layer0, e = exp(…), 2 steps; expected σ, tanh or relu and at least 1 step");
    assertThatThrownBy(
        () -> Saturation.of("layer0", "i", Function.SIGMOID, Rows.allocate(2, 1), 0, 0))
        .hasMessageContaining("0 steps");
  }
}
