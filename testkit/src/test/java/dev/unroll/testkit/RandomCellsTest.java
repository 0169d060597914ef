package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sixty random cells, each at sizes of its own; the seed is the number behind the cell's name.
class RandomCellsTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void gradientsMatch(long seed) {
    var cell = RandomCell.draw(seed);
    var sizes = Sizes.draw(seed, 6, 4, 5, 6);
    try {
      Gradients.assertMatch(
          cell, sizes.time(), sizes.batch(), sizes.inputs(), sizes.hidden(), seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed %d, cell\n%s".formatted(seed, cell), e);
    }
  }

  @Test
  void theCellsAreOfManyKinds() {
    var cells = seeds().mapToObj(RandomCell::draw).toList();
    assertThat(cells).anyMatch(c -> c.states().size() == 3);
    assertThat(cells).anyMatch(c -> !c.shapes().masks().isEmpty());
    assertThat(cells).anyMatch(c -> c.shapes().namedSizes().contains("P"));
    assertThat(cells.stream().filter(c -> c.shapes().matrices().size() > 2)).hasSizeGreaterThan(30);
    assertThat(cells.stream().map(Cell::toString).distinct()).hasSize(60);
  }
}
