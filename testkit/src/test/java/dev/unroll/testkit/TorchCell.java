package dev.unroll.testkit;

import static java.util.Objects.requireNonNull;

import dev.unroll.cell.Cells;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Dimensions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// One layer of a libtorch file in the words of this library.
///
/// libtorch stacks the gates (i f g o, or r z n) and has two biases, of which the cells know the
/// sum; only the second bias of n stands inside the reset gate and is one of its own.
record TorchCell(Golden golden, int layer) {

  Cell cell() {
    return Cells.find(
        switch (golden.name().replace("-2-layers", "")) {
          case "torch-lstm" -> "lstm";
          case "torch-lstm-projected" -> "lstm-projected";
          case "torch-gru" -> "gru";
          case "torch-rnn-tanh" -> "rnn";
          case "torch-rnn-relu" -> "rnn-relu";
          default -> throw new IllegalArgumentException(golden.name());
        });
  }

  int layers() {
    return golden.tensor("h0").shape()[0];
  }

  /// @param x `[T, B, F]`, what comes from below
  /// @param dy the gradient that comes from above
  CellProblem problem(double[] x, double[] dy) {
    int[] shape = golden.tensor("x").shape();
    int hidden = golden.tensor("W_hh_l0").shape()[0] / gates().size();
    var elements = new HashMap<String, Integer>();
    elements.put("F", x.length / (shape[0] * shape[1]));
    elements.put("H", hidden);
    elements.put("P", golden.tensor("h0").shape()[2]);
    return new CellProblem(cell(), shape[0], shape[1], new Dimensions(elements), parameters(""),
        new LinkedHashMap<>(), new LinkedHashMap<>(), states("", "0"), x, dy, states("d", "T"), 0);
  }

  /// The gradients of the parameters and of the initial states, by the names of an
  /// [CellProblem.Outcome].
  Map<String, double[]> gradients() {
    var gradients = new LinkedHashMap<String, double[]>();
    parameters("d").forEach((name, values) -> gradients.put("d" + name, values));
    states("d", "0").forEach((name, values) -> gradients.put("d initial " + name, values));
    return gradients;
  }

  Map<String, double[]> finalStates() {
    var finals = new LinkedHashMap<String, double[]>();
    states("", "T").forEach((name, values) -> finals.put("final " + name, values));
    return finals;
  }

  private List<String> gates() {
    return switch (cell().name()) {
      case "lstm", "lstm-projected" -> List.of("i", "f", "g", "o");
      case "gru" -> List.of("r", "z", "n");
      default -> List.of("");
    };
  }

  /// @param d empty for the parameters, `d` for their gradients
  private SequencedMap<String, double[]> parameters(String d) {
    var parameters = new LinkedHashMap<String, double[]>();
    for (int k = 0; k < gates().size(); k++) {
      var gate = gates().get(k);
      var fromInput = block(d + "b_ih", k);
      var fromState = block(d + "b_hh", k);
      parameters.put("W" + gate, block(d + "W_ih", k));
      parameters.put("U" + gate, block(d + "W_hh", k));
      if (cell().name().equals("gru") && gate.equals("n")) {
        parameters.put("bn", fromInput);
        parameters.put("bu", fromState);
      } else {
        parameters.put("b" + gate, d.isEmpty() ? sum(fromInput, fromState) : fromInput);
      }
    }
    if (cell().name().equals("lstm-projected")) {
      parameters.put("V", tensor(d + "W_hr_l" + layer));
    }
    return parameters;
  }

  private SequencedMap<String, double[]> states(String d, String when) {
    var states = new LinkedHashMap<String, double[]>();
    for (var state : cell().states()) {
      var all = tensor(d + state + when);
      int length = all.length / layers();
      states.put(state, Arrays.copyOfRange(all, layer * length, (layer + 1) * length));
    }
    return states;
  }

  /// The rows of gate k.
  private double[] block(String name, int k) {
    var all = tensor(name + "_l" + layer);
    int length = all.length / gates().size();
    return Arrays.copyOfRange(all, k * length, (k + 1) * length);
  }

  private double[] tensor(String name) {
    return requireNonNull(golden.tensor(name)).values();
  }

  private static double[] sum(double[] a, double[] b) {
    var sum = a.clone();
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }
}
