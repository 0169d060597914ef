package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import dev.unroll.expr.graph.GradientGraph;
import dev.unroll.expr.graph.StepGraph;
import dev.unroll.kernel.plan.Plan;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.testkit.CellProblem.Outcome;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The published cells agree with ONNX Runtime: outputs and final states.
///
/// ONNX stacks the gates as i o f c (c is our g) or z r n, the peepholes as i o f, and both biases
/// one behind the other. Its z is the share of the *old* state in both GRUs; that of [Cells] with
/// the reset before the product is the share of the new one, so what goes into z changes its sign:
/// `1 − σ(a) = σ(−a)`.
class OnnxCellsTest {

  @ParameterizedTest
  @CsvSource({"onnx-lstm, lstm", "onnx-lstm-peepholes, lstm-peephole",
    "onnx-lstm-coupled, lstm-coupled", "onnx-gru-reset-before, gru-reset-before",
    "onnx-gru-reset-after, gru", "onnx-rnn-relu, rnn-relu", "onnx-rnn-sigmoid, rnn-sigmoid"})
  void theCellsAgree(String name, String cellName) {
    var golden = Golden.load(name);
    var cell = Cells.find(cellName);
    var problem = problem(golden, cell);
    assertAgree(golden, "interpreter",
        problem.interpret(GradientGraph.of(StepGraph.of(cell))));
    assertAgree(golden, "plan on scalar kernels",
        problem.execute(Plan.training(cell), Providers.scalar(), 1));
    assertAgree(golden, "plan on the best kernels, 2 threads",
        problem.execute(Plan.training(cell), Providers.best(), 2));
  }

  private static void assertAgree(Golden golden, String who, Outcome outcome) {
    var expected = new LinkedHashMap<String, String>();
    expected.put("Y", "output");
    expected.put("Y_h", "final h");
    if (golden.tensors().containsKey("Y_c")) {
      expected.put("Y_c", "final c");
    }
    expected.forEach((theirs, ours) -> Tolerance.FOREIGN.assertClose(
        "%s: %s of the %s against ONNX Runtime".formatted(golden.name(), ours, who),
        golden.tensor(theirs).values(), requireNonNull(outcome.values().get(ours))));
  }

  private static CellProblem problem(Golden golden, Cell cell) {
    int[] x = golden.tensor("X").shape();
    int hidden = golden.tensor("initial_h").shape()[2];
    var states = new LinkedHashMap<String, double[]>();
    for (var state : cell.states()) {
      states.put(state, golden.tensor("initial_" + state).values());
    }
    return new CellProblem(cell, x[0], x[1], Dimensions.of(x[2], hidden),
        parameters(golden, cell), new LinkedHashMap<>(), new LinkedHashMap<>(), states,
        golden.tensor("X").values(), golden.tensor("Y").values(), states, 0);
  }

  private static SequencedMap<String, double[]> parameters(Golden golden, Cell cell) {
    var gates = switch (cell.name()) {
      case "lstm", "lstm-peephole", "lstm-coupled" -> List.of("i", "o", "f", "g");
      case "gru", "gru-reset-before" -> List.of("z", "r", "n");
      default -> List.of("");
    };
    var found = new LinkedHashMap<String, double[]>();
    int blocks = gates.size();
    for (int k = 0; k < blocks; k++) {
      var gate = gates.get(k);
      boolean opposite = cell.name().equals("gru-reset-before") && gate.equals("z");
      double sign = opposite ? -1 : 1;
      var fromInput = block(golden, "B", 2 * blocks, k);
      var fromState = block(golden, "B", 2 * blocks, blocks + k);
      found.put("W" + gate, times(sign, block(golden, "W", blocks, k)));
      found.put("U" + gate, times(sign, block(golden, "R", blocks, k)));
      if (cell.name().equals("gru") && gate.equals("n")) {
        found.put("bn", fromInput);
        found.put("bu", fromState);
      } else {
        found.put("b" + gate, times(sign, sum(fromInput, fromState)));
      }
    }
    if (golden.tensors().containsKey("P")) {
      found.put("p_i", block(golden, "P", 3, 0));
      found.put("p_o", block(golden, "P", 3, 1));
      found.put("p_f", block(golden, "P", 3, 2));
    }
    found.keySet().retainAll(names(cell));
    return found;
  }

  /// ONNX stores a forget gate for the coupled LSTM as well, and does not use it.
  private static List<String> names(Cell cell) {
    return Plan.inference(cell).parameters().stream().map(Plan.Parameter::name).toList();
  }

  private static double[] block(Golden golden, String name, int blocks, int k) {
    var all = golden.tensor(name).values();
    int length = all.length / blocks;
    return Arrays.copyOfRange(all, k * length, (k + 1) * length);
  }

  private static double[] sum(double[] a, double[] b) {
    var sum = a.clone();
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static double[] times(double factor, double[] a) {
    return Arrays.stream(a).map(v -> factor * v).toArray();
  }
}
