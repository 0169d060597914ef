package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.Expr;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Published cells that libtorch has no module for agree with their papers' equations on its
/// tensors: outputs and all gradients, from the states with which a sequence begins.
class TorchEquationsTest {

  @ParameterizedTest
  @ValueSource(strings = {"mingru", "minlstm", "slstm", "rg-lru", "rwkv4", "lru", "cfc", "qrnn",
    "sru"})
  void theCellsAgree(String name) {
    var golden = Golden.load("torch-" + name);
    var problem = problem(golden, name);
    assertAgree(golden, problem, "interpreter", Tolerance.DOUBLE,
        p -> p.interpret(GradientGraph.of(StepGraph.of(p.cell()))));
    assertAgree(golden, problem, "plan on scalar kernels", Tolerance.FOREIGN,
        p -> p.execute(Plan.training(p.cell()), Providers.scalar(), 1));
    assertAgree(golden, problem, "plan on the best kernels, 2 threads", Tolerance.FOREIGN,
        p -> p.execute(Plan.training(p.cell()), Providers.best(), 2));
  }

  private static CellProblem problem(Golden golden, String name) {
    var cell = Cells.find(name);
    var shapes = cell.shapes();
    int[] x = golden.tensor("x").shape();
    var sizes = Dimensions.of(x[2], golden.tensor("y").shape()[2]);
    var parameters = new LinkedHashMap<String, double[]>();
    shapes.matrices().keySet()
        .forEach(matrix -> parameters.put(matrix, golden.tensor(matrix).values()));
    shapes.vectors().keySet()
        .forEach(vector -> parameters.put(vector, golden.tensor(vector).values()));
    var states = new LinkedHashMap<String, double[]>();
    var none = new LinkedHashMap<String, double[]>();
    shapes.states().forEach((state, size) -> {
      var start = new double[x[1] * sizes.of(size)];
      if (cell.starts().get(state) instanceof Expr.Constant(double value)) {
        Arrays.fill(start, value);
      }
      states.put(state, start);
      none.put(state, new double[start.length]);
    });
    return new CellProblem(cell, x[0], x[1], sizes, parameters, new LinkedHashMap<>(),
        new LinkedHashMap<>(), states, golden.tensor("x").values(), golden.tensor("dy").values(),
        none, 0);
  }

  private static void assertAgree(Golden golden, CellProblem problem, String who,
      Tolerance tolerance, Function<CellProblem, Outcome> run) {
    var outcome = run.apply(problem);
    assertClose(golden, "y", who, tolerance, requireNonNull(outcome.values().get("output")));
    assertClose(golden, "dx", who, tolerance, requireNonNull(outcome.gradients().get("dx")));
    problem.parameters().keySet().forEach(name -> assertClose(golden, "d" + name, who, tolerance,
        requireNonNull(outcome.gradients().get("d" + name), name)));
  }

  private static void assertClose(Golden golden, String value, String who, Tolerance tolerance,
      double[] actual) {
    tolerance.assertClose(
        "%s: %s of the %s against libtorch".formatted(golden.name(), value, who),
        golden.tensor(value).values(), actual);
  }
}
