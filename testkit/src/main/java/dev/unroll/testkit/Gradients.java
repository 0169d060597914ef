package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.GradientGraph;
import dev.unroll.expr.StepGraph;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.plan.Plan;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The one gradient assertion: for a cell, central differences of the interpreter, the symbolic
/// derivative in `double` and the executed plan in `float` must agree, for the outputs, the final
/// states, and the gradients of every parameter, of `x` and of the initial states.
///
/// The loss is `Σ y∘k + Σ s_T∘k_s` with fixed coefficients, so every output and every final state
/// counts with a weight of its own. All sizes differ, so that a swapped axis shows.
public final class Gradients {
  private Gradients() {}

  /// Checks a cell at T 3, B 2, F 4, H 5 (and 6, 7, … for further sizes), with every kernel provider
  /// that is there, on one and on two threads.
  ///
  /// @throws AssertionError that names the cell, the value, its index and both numbers
  public static void assertMatch(Cell cell) {
    assertMatch(cell, 3, 2, 4, 5, 20260101);
  }

  /// Checks a cell at chosen sizes and with weights drawn from a seed.
  public static void assertMatch(
      Cell cell, int time, int batch, int inputs, int hidden, long seed) {
    var gradient = GradientGraph.of(StepGraph.of(cell));
    var problem = CellProblem.of(cell, time, batch, inputs, hidden, seed);
    assertSymbolic(gradient, problem, FiniteDifferences.of(gradient, problem));
    var plan = Plan.training(cell);
    for (var kernels : new LinkedHashSet<>(List.of(Kernels.scalar(), Kernels.best()))) {
      for (int threads = 1; threads <= 2; threads++) {
        assertExecuted(problem, plan, kernels, threads);
      }
    }
  }

  /// Central differences of the interpreter against the symbolic derivative, in `double`.
  static void assertSymbolic(
      GradientGraph gradient, CellProblem problem, Map<String, double[]> differences) {
    var actual = problem.interpret(gradient);
    compare(problem, "symbolic derivative", "central difference", differences, actual.gradients(),
        differences, Tolerance.CENTRAL_DIFFERENCE);
  }

  /// The executed plan in `float` against the interpreter.
  static void assertExecuted(CellProblem problem, Plan plan, Kernels kernels, int threads) {
    var gradient = GradientGraph.of(StepGraph.of(problem.cell()));
    var expected = problem.interpret(gradient);
    var disturbed = problem.disturbed().interpret(gradient);
    var actual = problem.execute(plan, kernels, threads);
    var who = "plan on %s, %d threads".formatted(kernels.name(), threads);
    compare(problem, who, "interpreter", expected.values(), actual.values(), disturbed.values(),
        Tolerance.FLOAT);
    compare(problem, who, "interpreter", expected.gradients(), actual.gradients(),
        disturbed.gradients(), Tolerance.FLOAT);
  }

  private static double distance(double[] a, double[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance;
  }

  private static void compare(CellProblem problem, String who, String truth,
      Map<String, double[]> expected, Map<String, double[]> actual,
      Map<String, double[]> disturbed, Tolerance tolerance) {
    if (!expected.keySet().equals(actual.keySet())) {
      throw new AssertionError("%s: %s has the values %s, the %s has %s".formatted(
          problem, who, actual.keySet(), truth, expected.keySet()));
    }
    expected.forEach((name, values) -> tolerance.assertClose(
        "%s: %s of the %s against the %s".formatted(problem, name, who, truth),
        values, requireNonNull(actual.get(name)),
        distance(values, requireNonNull(disturbed.get(name)))));
  }
}
