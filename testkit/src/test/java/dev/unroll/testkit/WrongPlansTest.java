package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.expr.Cell;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gradient assertion finds every small mistake in a plan.
class WrongPlansTest {
  private static final List<String> ZOO =
      List.of("tied", "layer-norm-of-the-state", "two-states-one-value",
          "reductions-of-reductions", "output-layers-after-the-loop", "before-phase", "third-stage",
          "three-states-of-three-sizes", "names-like-those-of-a-plan");

  /// Cells that are too long, or in which some changes change nothing: RG-LRU negates what is never
  /// above zero, and RWKV flushes what is never below.
  private static final List<String> LEFT_OUT = List.of("lstm-layernorm", "rg-lru", "rwkv4");

  static Stream<Named<Cell>> cells() {
    return Stream.concat(
        PublishedCells.plain().stream().filter(cell -> !LEFT_OUT.contains(cell.getName())),
        CellZooTest.cells().stream().filter(cell -> ZOO.contains(cell.getName())));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyMistakeIsFound(Cell cell) {
    assertEveryMistakeIsFound(cell, 4, 5, Providers.scalar());
  }

  @ParameterizedTest
  @MethodSource("cells")
  void everyMistakeIsFoundInEmittedCode(Cell cell) {
    assertEveryMistakeIsFound(cell, 4, 5, new EmittedKernels(4));
  }

  static void assertEveryMistakeIsFound(Cell cell, int inputs, int hidden, Kernels kernels) {
    var expected = Interpretation.of(CellProblem.of(cell, 3, 2, inputs, hidden, 11));
    var right = Plan.training(cell);
    assertThat(isFound(right, expected, kernels)).isFalse();

    var mistakes = WrongPlans.of(right);
    assertThat(mistakes).hasSizeGreaterThan(20);
    assertThat(mistakes).filteredOn(wrong -> !isFound(wrong.plan(), expected, kernels)).isEmpty();
  }

  /// A plan may also be refused (stacked matrices that are no neighbours), or read where nothing
  /// is.
  private static boolean isFound(Plan wrong, Interpretation expected, Kernels kernels) {
    try {
      Gradients.assertExecuted(expected, wrong, kernels, 1);
      return false;
    } catch (AssertionError | RuntimeException found) {
      return true;
    }
  }
}
