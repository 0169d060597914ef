package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.tensor.CounterRandom;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every rewrite on every cell, and two or three of them on one another.
class RewritesTest {

  static List<Arguments> published() {
    return Rewrites.of(PublishedCells.plain());
  }

  /// Of cells with one and several stages in the loop, and with states of two sizes.
  static List<Arguments> some() {
    return Rewrites.of(Stream.of(Cells.gruResetBefore(), Cells.projectedLstm())
        .map(cell -> Named.of(cell.name(), cell)).toList());
  }

  static List<Arguments> zoo() {
    return Rewrites.of(CellZooTest.cells());
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 40);
  }

  @ParameterizedTest
  @MethodSource("published")
  void gradientsMatch(Cell cell) {
    Gradients.assertMatch(cell);
  }

  @ParameterizedTest
  @MethodSource("published")
  void gradientsMatchForOneOfEverything(Cell cell) {
    Gradients.assertMatch(cell, 1, 1, 1, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void gradientsMatchForCellsOfAllTraits(Cell cell) {
    Gradients.assertMatch(cell, 2, 3, 3, 4, 8);
  }

  /// Two rewrites, or three, of a published or a random cell, all drawn from the seed.
  @ParameterizedTest
  @MethodSource("seeds")
  void gradientsMatchForRewritesOfRewrites(long seed) {
    var random = CounterRandom.of(seed).stream("rewrites");
    var cell = random.uniform(0, 0) < 0.3 ? RandomCell.draw(seed)
        : pick(Cells.all(), random, 1).cell();
    var names = List.copyOf(Rewrites.ALL.keySet());
    var applied = new StringBuilder(cell.name());
    for (int i = 0; i < 2 + (int) (2 * random.uniform(0, 2)); i++) {
      var name = pick(names, random, 3 + i);
      applied.append(", ").append(name);
      cell = Rewrites.ALL.get(name).apply(cell);
    }
    var sizes = Sizes.draw(seed, 5, 4, 5, 6);
    try {
      Gradients.assertMatch(
          cell, sizes.time(), sizes.batch(), sizes.inputs(), sizes.hidden(), seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed %d: %s\n%s".formatted(seed, applied, cell), e);
    }
  }

  @Test
  void theTextOfARewrittenCellIsReadBack() {
    for (var arguments : published()) {
      @SuppressWarnings("unchecked")
      var cell = ((Named<Cell>) arguments.get()[0]).getPayload();
      assertThat(Cell.parse(cell.name(), cell.toString())).isEqualTo(cell);
    }
  }

  private static <E> E pick(List<E> from, CounterRandom random, int draw) {
    return from.get((int) (from.size() * random.uniform(0, draw)));
  }
}
