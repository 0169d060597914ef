package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient assertion finds every small mistake in a derivative: some 9,000 in all cells.
class WrongDerivativesTest {

  @ParameterizedTest
  @MethodSource({"dev.unroll.testkit.PublishedCells#plain", "dev.unroll.testkit.CellZooTest#cells"})
  void everyMistakeIsFound(Cell cell) {
    var right = GradientGraph.of(StepGraph.of(cell));
    var problem = CellProblem.of(cell, 3, 2, 4, 5, 11);
    var differences = FiniteDifferences.of(right, problem);
    Gradients.assertSymbolic(right, problem, differences);

    // With few numbers all of a vector may have one sign, so that |a| is −a.
    var other = CellProblem.of(cell, 3, 2, 4, 5, 12);
    var otherDifferences = FiniteDifferences.of(right, other);
    var mistakes = WrongDerivatives.of(right);
    assertThat(mistakes).hasSizeGreaterThan(4);
    assertThat(mistakes)
        .filteredOn(wrong -> !isFound(wrong.gradient(), problem, differences))
        .filteredOn(wrong -> !isFound(wrong.gradient(), other, otherDifferences))
        .filteredOn(wrong -> changesAnything(wrong.gradient(), right, cell))
        .isEmpty();
  }

  private static boolean isFound(
      GradientGraph wrong, CellProblem problem, Map<String, double[]> differences) {
    try {
      Gradients.assertSymbolic(wrong, problem, differences);
      return false;
    } catch (AssertionError found) {
      return true;
    }
  }

  /// Whether the mistake shows with any other numbers: it does not where zero gets a sign, say, or
  /// where one divides by a sign instead of multiplying with it. These are 15 in all cells.
  private static boolean changesAnything(GradientGraph wrong, GradientGraph right, Cell cell) {
    return LongStream.rangeClosed(1, 3)
        .mapToObj(seed -> CellProblem.of(cell, 4, 3, 5, 3, seed))
        .anyMatch(problem -> changes(wrong, right, problem));
  }

  private static boolean changes(GradientGraph wrong, GradientGraph right, CellProblem problem) {
    var expected = problem.interpret(right).gradients();
    var actual = problem.interpret(wrong).gradients();
    return expected.keySet().stream()
        .anyMatch(name -> differ(expected.get(name), actual.get(name)));
  }

  /// By more than the rounding of another order of sums.
  private static boolean differ(double[] expected, double[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= 1e-12 * (1 + Math.abs(expected[i])))) {
        return true;
      }
    }
    return false;
  }
}
