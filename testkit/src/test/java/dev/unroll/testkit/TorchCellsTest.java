package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published cells agree with libtorch: outputs, final states and all gradients, one and two
/// layers.
class TorchCellsTest {

  @ParameterizedTest
  @ValueSource(strings = {"torch-lstm", "torch-lstm-2-layers", "torch-lstm-projected", "torch-gru",
    "torch-gru-2-layers", "torch-rnn-tanh", "torch-rnn-tanh-2-layers", "torch-rnn-relu",
    "torch-rnn-relu-2-layers"})
  void theCellsAgree(String name) {
    var golden = Golden.load(name);
    assertAgree(golden, "interpreter", Tolerance.DOUBLE,
        problem -> problem.interpret(GradientGraph.of(StepGraph.of(problem.cell()))));
    assertAgree(golden, "plan on scalar kernels", Tolerance.FOREIGN,
        problem -> problem.execute(Plan.training(problem.cell()), Providers.scalar(), 1));
    assertAgree(golden, "plan on the best kernels, 2 threads", Tolerance.FOREIGN,
        problem -> problem.execute(Plan.training(problem.cell()), Providers.best(), 2));
  }

  /// Forward from the lowest layer up, then backward from the highest down.
  private static void assertAgree(
      Golden golden, String who, Tolerance tolerance, Function<CellProblem, Outcome> run) {
    var x = golden.tensor("x").values();
    var dy = golden.tensor("dy").values();
    int layers = new TorchCell(golden, 0).layers();
    var inputs = new double[layers + 1][];
    inputs[0] = x;
    for (int l = 0; l < layers; l++) {
      var y = run.apply(new TorchCell(golden, l).problem(inputs[l], dy)).values().get("output");
      inputs[l + 1] = requireNonNull(y);
    }
    var expected = new LinkedHashMap<String, double[]>();
    var actual = new LinkedHashMap<String, double[]>();
    for (int l = layers - 1; l >= 0; l--) {
      var layer = new TorchCell(golden, l);
      var outcome = run.apply(layer.problem(inputs[l], dy));
      put(expected, l, layer.finalStates());
      put(expected, l, layer.gradients());
      put(actual, l, outcome.values());
      put(actual, l, outcome.gradients());
      dy = requireNonNull(outcome.gradients().get("dx"));
    }
    expected.put("output, layer " + (layers - 1), golden.tensor("y").values());
    expected.put("dx, layer 0", golden.tensor("dx").values());
    expected.forEach((value, values) -> tolerance.assertClose(
        "%s: %s of the %s against libtorch".formatted(golden.name(), value, who),
        values, requireNonNull(actual.get(value), value)));
  }

  private static void put(Map<String, double[]> into, int layer, Map<String, double[]> values) {
    values.forEach((name, v) -> into.put(name + ", layer " + layer, v));
  }
}
