package dev.unroll.testkit;

import static dev.unroll.testkit.PlainCells.gruResetAfter;
import static dev.unroll.testkit.PlainCells.lstm;
import static dev.unroll.testkit.PlainCells.projectedLstm;
import static dev.unroll.testkit.PlainCells.rnn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.testkit.PlainCells.Step;
import dev.unroll.testkit.PlainCells.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recomputes the libtorch files: outputs and loss by plain loops, gradients as finite differences.
class TorchGoldenTest {
  /// The files are rounded to ten decimals; a loss adds up about a hundred of them.
  private static final double ROUNDING = 1e-9;

  private static final double STEP = 1e-5;

  /// Central differences with [#STEP] in `double`.
  private static final double DIFFERENCE_ERROR = 1e-8;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch-lstm",
        "torch-lstm-2-layers",
        "torch-lstm-projected",
        "torch-gru",
        "torch-gru-2-layers",
        "torch-rnn-tanh",
        "torch-rnn-tanh-2-layers",
        "torch-rnn-relu",
        "torch-rnn-relu-2-layers"
      })
  void plainLoopsAndFiniteDifferencesAgree(String name) {
    Golden golden = Golden.load(name);
    Map<String, double[]> variables = new LinkedHashMap<>();
    for (String key : golden.tensors().keySet()) {
      boolean isVariable = key.matches("x|h0|c0|[Wb]_.*");
      if (isVariable) {
        variables.put(key, golden.tensor(key).values());
      }
    }

    Map<String, double[]> outputs = forward(golden, variables);
    outputs.forEach(
        (key, values) ->
            assertThat(values)
                .as("%s of %s", key, name)
                .containsExactly(golden.tensor(key).values(), within(ROUNDING)));
    assertThat(loss(golden, outputs))
        .as("loss of %s", name)
        .isCloseTo(golden.tensor("loss").scalar(), within(ROUNDING));

    variables.forEach(
        (key, values) -> {
          double[] gradient = new double[values.length];
          for (int k = 0; k < values.length; k++) {
            double value = values[k];
            values[k] = value + STEP;
            double above = loss(golden, forward(golden, variables));
            values[k] = value - STEP;
            double below = loss(golden, forward(golden, variables));
            values[k] = value;
            gradient[k] = (above - below) / (2 * STEP);
          }
          assertThat(gradient)
              .as("d%s of %s", key, name)
              .containsExactly(golden.tensor("d" + key).values(), within(DIFFERENCE_ERROR));
        });
  }

  private static double loss(Golden golden, Map<String, double[]> outputs) {
    double loss = 0;
    for (var output : outputs.entrySet()) {
      double[] factor = golden.tensor("d" + output.getKey()).values();
      for (int k = 0; k < factor.length; k++) {
        loss += output.getValue()[k] * factor[k];
      }
    }
    return loss;
  }

  private static Map<String, double[]> forward(Golden golden, Map<String, double[]> variables) {
    int T = golden.tensor("x").shape()[0];
    int B = golden.tensor("x").shape()[1];
    int layers = golden.tensor("h0").shape()[0];
    boolean hasC = variables.containsKey("c0");
    double[] hT = variables.get("h0").clone();
    double[] cT = hasC ? variables.get("c0").clone() : new double[0];

    double[] sequence = variables.get("x");
    for (int layer = 0; layer < layers; layer++) {
      Step step = step(golden.name(), layer, variables);
      double[] y = new double[T * hT.length / layers];
      for (int b = 0; b < B; b++) {
        double[] h = entry(hT, layers * B, layer * B + b);
        double[] c = entry(cT, layers * B, layer * B + b);
        for (int t = 0; t < T; t++) {
          step.apply(entry(sequence, T * B, t * B + b), h, c);
          System.arraycopy(h, 0, y, (t * B + b) * h.length, h.length);
        }
        System.arraycopy(h, 0, hT, (layer * B + b) * h.length, h.length);
        System.arraycopy(c, 0, cT, (layer * B + b) * c.length, c.length);
      }
      sequence = y;
    }
    return hasC
        ? Map.of("y", sequence, "hT", hT, "cT", cT)
        : Map.of("y", sequence, "hT", hT);
  }

  private static Step step(String name, int layer, Map<String, double[]> variables) {
    String suffix = "_l" + layer;
    Weights weights =
        new Weights(
            variables.get("W_ih" + suffix),
            variables.get("W_hh" + suffix),
            variables.get("b_ih" + suffix),
            variables.get("b_hh" + suffix));
    double[] projection = variables.get("W_hr" + suffix);
    if (projection != null) {
      return projectedLstm(weights, projection);
    }
    return switch (name.replace("-2-layers", "")) {
      case "torch-lstm" -> {
        double[] noPeepholes = new double[weights.bw().length];
        yield lstm(weights, new int[] {0, 1, 2, 3}, noPeepholes, false);
      }
      case "torch-gru" -> gruResetAfter(weights, 0, 1);
      case "torch-rnn-tanh" -> rnn(weights, Math::tanh);
      case "torch-rnn-relu" -> rnn(weights, PlainCells::relu);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// A copy of row `k` of the `rows` that `values` holds.
  private static double[] entry(double[] values, int rows, int k) {
    int length = values.length / rows;
    return Arrays.copyOfRange(values, k * length, (k + 1) * length);
  }
}
