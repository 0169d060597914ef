package dev.unroll.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Both kernel providers, any number of threads and any division of the work give the same bits,
/// for outputs, states and all gradients, and so do values that lie over others and values that do
/// not.
class SameBitsTest {
  private static final List<Sizes> SMALL =
      List.of(new Sizes(1, 1, 1, 1, 1), new Sizes(3, 5, 7, 9, 2), new Sizes(2, 2, 33, 17, 3));

  /// Hidden units that two and three threads can divide.
  private static final Sizes WHOLE_PANELS = new Sizes(3, 2, 5, 128, 5);

  /// Rows of several vectors and panels, each with an end.
  private static final Sizes LARGE = new Sizes(2, 7, 33, 131, 4);

  /// Rows of whole vectors, where values take the place of others; many of some steps.
  private static final Sizes IN_PLACE = new Sizes(3, 5, 16, 32, 8);
  private static final Sizes MANY_STEPS = new Sizes(67, 2, 3, 16, 9);

  /// Rows so long that values take the place of others though their last vector is computed twice
  /// in part.
  private static final Sizes LONG_ROWS = new Sizes(2, 2, 3, 261, 10);

  @Test
  void thereAreTwoProvidersToCompare() {
    assertThat(Providers.scalar().name()).isEqualTo("scalar");
    assertThat(Providers.best().name()).startsWith("vector");
    assertThat(Providers.best().lanes()).isGreaterThanOrEqualTo(4);
    assertThat(System.getProperty("unroll.warmup"))
        .as("-Dunroll.warmup, without which tests would run on plain Java").isEqualTo("off");
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.PublishedCells#all")
  void publishedCells(Cell cell) {
    SMALL.forEach(sizes -> assertSameBits(cell, sizes));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.PublishedCells#plain")
  void publishedCellsWithLongRows(Cell cell) {
    assertSameBits(cell, LARGE);
    assertSameBits(cell, WHOLE_PANELS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm", "lstm-peephole", "gru-reset-before"})
  void longRowsThatLieOverOthers(String name) {
    var cell = Cells.find(name);
    var problem = problem(cell, LONG_ROWS);
    var plan = Plan.training(cell);
    assertSameBitsOnOneThread(problem, plan, problem.execute(plan, Providers.scalar(), 1));
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.PublishedCells#plain")
  void publishedCellsOverManySteps(Cell cell) {
    assertSameBits(cell, MANY_STEPS);
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.CellZooTest#cells")
  void zoo(Cell cell) {
    assertSameBits(cell, new Sizes(3, 5, 19, 37, 5));
    assertSameBits(cell, IN_PLACE);
  }

  @ParameterizedTest
  @MethodSource("dev.unroll.testkit.RewritesTest#some")
  void rewrittenCells(Cell cell) {
    assertSameBits(cell, new Sizes(3, 5, 7, 17, 6));
  }

  /// Angles beyond the reduction of sines in single precision take another way, in emitted code by
  /// vectors that have one of them.
  @Test
  void largeAngles() {
    var cell = Cell.parse("angles", """
        a  = 400000 * (W x) * (U h)
        n  = 200000 * mean(W x)
        h' = 0.5 * sin(a) + 0.4 * cos(a - h) + 0.1 * sin(n) * cos(3 * n)
        """);
    SMALL.forEach(sizes -> assertSameBits(cell, sizes));
    assertSameBits(cell, LARGE);
    assertSameBits(cell, IN_PLACE);
  }

  static void assertSameBits(Cell cell, Sizes sizes) {
    var problem = problem(cell, sizes);
    var plan = Plan.training(cell);
    var expected = problem.execute(plan, Providers.scalar(), 1);
    assertSameBitsOnOneThread(problem, plan, expected);
    assertSameBits(problem, Plan.repeatable(cell), expected, Providers.best(), 1);
    assertSameBits(problem, plan, expected, Providers.scalar(), 2);
    for (var division : List.of("samples", "units", "stages")) {
      System.setProperty("unroll.division", division);
      try {
        assertSameBits(problem, plan, expected, Providers.best(), 2);
        assertSameBits(problem, plan, expected, Providers.best(), 3);
      } finally {
        System.clearProperty("unroll.division");
      }
    }
  }

  private static CellProblem problem(Cell cell, Sizes sizes) {
    return CellProblem.of(cell, sizes.time(), sizes.batch(), sizes.inputs(), sizes.hidden(),
        sizes.seed());
  }

  private static void assertSameBitsOnOneThread(
      CellProblem problem, Plan plan, Outcome expected) {
    assertSameBits(problem, plan, expected, Providers.best(), 1);
    for (int lanes = 4; lanes <= 16; lanes *= 2) {
      assertSameBits(problem, plan, expected, new EmittedKernels(lanes), 1);
    }
  }

  private static void assertSameBits(
      CellProblem problem, Plan plan, Outcome expected, Kernels kernels, int threads) {
    var actual = problem.execute(plan, kernels, threads);
    var who = "%s on %s, %d threads".formatted(problem, kernels.name(), threads);
    assertSameBits(who, expected.values(), actual.values());
    assertSameBits(who, expected.gradients(), actual.gradients());
  }

  /// Also the sign of a zero.
  private static void assertSameBits(
      String who, Map<String, double[]> expected, Map<String, double[]> actual) {
    expected.forEach((name, values) -> assertThat(actual.get(name)).as("%s of %s", name, who)
        .containsExactly(values));
  }
}
