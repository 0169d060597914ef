package dev.unroll.testkit;

import dev.unroll.expr.Cell;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublishedCellsTest {
  private static final String ALL = "dev.unroll.testkit.PublishedCells#all";
  private static final String PLAIN = "dev.unroll.testkit.PublishedCells#plain";

  @ParameterizedTest
  @MethodSource(ALL)
  void gradientsMatch(Cell cell) {
    Gradients.assertMatch(cell);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void gradientsMatchForOneOfEverything(Cell cell) {
    Gradients.assertMatch(cell, 1, 1, 1, 1, 1);
  }

  @ParameterizedTest
  @MethodSource(PLAIN)
  void gradientsMatchForOneSampleOfManySteps(Cell cell) {
    Gradients.assertMatch(cell, 17, 1, 2, 3, 17);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void gradientsMatchForRandomSizes(Cell cell) {
    var sizes = Sizes.draw(cell.toString().hashCode(), 5, 4, 5, 7);
    Gradients.assertMatch(
        cell, sizes.time(), sizes.batch(), sizes.inputs(), sizes.hidden(), sizes.seed());
  }

  /// Sizes at which rows fill several vectors and panels, with ends; too many for finite
  /// differences.
  @ParameterizedTest
  @MethodSource(PLAIN)
  void thePlanMatchesTheInterpreterForLargerSizes(Cell cell) {
    var expected = Interpretation.of(CellProblem.of(cell, 17, 7, 37, 69, 5));
    Gradients.assertExecuted(expected, Plan.training(cell), Providers.scalar(), 1);
    Gradients.assertExecuted(expected, Plan.training(cell), Providers.best(), 3);
  }

  /// Sizes at which values take the place of others, and steps beyond the first sums of 64.
  @ParameterizedTest
  @MethodSource(PLAIN)
  void thePlanMatchesTheInterpreterInPlaceOverManySteps(Cell cell) {
    var expected = Interpretation.of(CellProblem.of(cell, 70, 3, 16, 32, 6));
    Gradients.assertExecuted(expected, Plan.training(cell), Providers.scalar(), 2);
    Gradients.assertExecuted(expected, Plan.training(cell), Providers.best(), 1);
  }
}
