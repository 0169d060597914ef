package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.VariationalDropout;
import dev.unroll.cell.VariationalDropout.Masks;
import dev.unroll.expr.Cell;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CellZooTest {

  static List<Named<Cell>> cells() {
    return CellZoo.cells().stream().map(c -> Named.of(c.name(), c)).toList();
  }

  @Test
  void eachTraitIsThereOnce() {
    assertThat(cells().size()).isGreaterThan(40);
    assertThat(new HashSet<>(CellZoo.cells())).hasSameSizeAs(cells());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void gradientsMatch(Cell cell) {
    Gradients.assertMatch(cell);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void gradientsMatchForOneOfEverything(Cell cell) {
    Gradients.assertMatch(cell, 1, 1, 1, 1, 3);
  }

  @ParameterizedTest
  @MethodSource("cells")
  void gradientsMatchWithMasksInTheProducts(Cell cell) {
    Gradients.assertMatch(VariationalDropout.of(cell, Masks.UNTIED), 2, 3, 3, 4, 8);
  }
}
