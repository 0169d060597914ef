package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.Cell;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.Kernels;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The one gradient assertion: for a cell, central differences of the interpreter, the symbolic
/// derivative in `double` and the executed plan in `float` must agree, for the outputs, the final
/// states, and the gradients of every parameter, of `x` and of the initial states.
///
/// The loss is `Σ y∘k + Σ s_T∘k_s` with fixed coefficients, so every output and every final state
/// counts with a weight of its own. All sizes differ, so that swapped axes are detected.
public final class Gradients {
  private Gradients() {}

  /// Checks a cell at T 3, B 2, F 4, H 5 (and 6, 7, … for further sizes), with every kernel
  /// provider that is available, on one and on two threads.
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
    var expected = Interpretation.of(problem);
    var plan = Plan.training(cell);
    for (var kernels : new LinkedHashSet<>(List.of(Providers.scalar(), Providers.best()))) {
      for (int threads = 1; threads <= 2; threads++) {
        assertExecuted(expected, plan, kernels, threads);
      }
    }
  }

  /// Central differences of the interpreter against the symbolic derivative, in `double`.
  static void assertSymbolic(
      GradientGraph gradient, CellProblem problem, Map<String, double[]> differences) {
    var actual = problem.interpret(gradient);
    compare("%s: %%s of the symbolic derivative against the central difference".formatted(problem),
        differences, actual.gradients(), Map.of(), Tolerance.CENTRAL_DIFFERENCE);
  }

  /// The executed plan in `float` against the interpreter.
  static void assertExecuted(Interpretation expected, Plan plan, Kernels kernels, int threads) {
    var problem = expected.problem();
    var actual = problem.execute(plan, kernels, threads);
    var message = "%s: %%s of the plan on %s, %d threads against the interpreter"
        .formatted(problem, kernels.name(), threads);
    compare(message, expected.outcome().values(), actual.values(), expected.disturbances(),
        Tolerance.FLOAT);
    compare(message, expected.outcome().gradients(), actual.gradients(), expected.disturbances(),
        Tolerance.FLOAT);
  }

  /// @param message with a place for the name of what is compared
  private static void compare(String message, Map<String, double[]> expected,
      Map<String, double[]> actual, Map<String, Double> disturbances, Tolerance tolerance) {
    if (!expected.keySet().equals(actual.keySet())) {
      throw new AssertionError("%s instead of %s".formatted(
          message.formatted(actual.keySet()), expected.keySet()));
    }
    expected.forEach((name, values) -> tolerance.assertClose(message.formatted(name), values,
        requireNonNull(actual.get(name)), disturbances.getOrDefault(name, 0.0)));
  }
}
