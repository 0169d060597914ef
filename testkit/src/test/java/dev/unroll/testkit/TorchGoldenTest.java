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
import java.util.List;
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
    Map<String, double[]> outputs = forward(golden);
    outputs.forEach(
        (key, values) -> assertThat(values)
            .as("%s of %s", key, name)
            .containsExactly(values(golden, key), within(ROUNDING)));
    assertThat(loss(golden, outputs))
        .as("loss of %s", name)
        .isCloseTo(golden.tensor("loss").scalar(), within(ROUNDING));

    List<String> variables =
        golden.tensors().keySet().stream().filter(key -> key.matches("x|h0|c0|[Wb]_.*")).toList();
    assertThat(variables).hasSizeGreaterThanOrEqualTo(6);
    for (String key : variables) {
      assertThat(differences(golden, values(golden, key)))
          .as("d%s of %s", key, name)
          .containsExactly(values(golden, "d" + key), within(DIFFERENCE_ERROR));
    }
  }

  /// The gradient with respect to `values`, an array of `golden` that is moved and put back.
  private static double[] differences(Golden golden, double[] values) {
    double[] gradient = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      double value = values[k];
      values[k] = value + STEP;
      double above = loss(golden, forward(golden));
      values[k] = value - STEP;
      double below = loss(golden, forward(golden));
      values[k] = value;
      gradient[k] = (above - below) / (2 * STEP);
    }
    return gradient;
  }

  private static double loss(Golden golden, Map<String, double[]> outputs) {
    double loss = 0;
    for (var output : outputs.entrySet()) {
      double[] factor = values(golden, "d" + output.getKey());
      for (int k = 0; k < factor.length; k++) {
        loss += output.getValue()[k] * factor[k];
      }
    }
    return loss;
  }

  private static Map<String, double[]> forward(Golden golden) {
    int T = golden.tensor("x").shape()[0];
    int B = golden.tensor("x").shape()[1];
    int layers = golden.tensor("h0").shape()[0];
    boolean hasC = golden.tensors().containsKey("c0");
    double[] hT = values(golden, "h0").clone();
    double[] cT = hasC ? values(golden, "c0").clone() : new double[0];

    double[] sequence = values(golden, "x");
    for (int layer = 0; layer < layers; layer++) {
      Step step = step(golden, layer);
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

  private static Step step(Golden golden, int layer) {
    String suffix = "_l" + layer;
    Weights weights =
        new Weights(
            values(golden, "W_ih" + suffix),
            values(golden, "W_hh" + suffix),
            values(golden, "b_ih" + suffix),
            values(golden, "b_hh" + suffix));
    return switch (golden.name().replace("-2-layers", "")) {
      case "torch-lstm" -> {
        double[] noPeepholes = new double[weights.bw().length];
        yield lstm(weights, new int[] {0, 1, 2, 3}, noPeepholes, false);
      }
      case "torch-lstm-projected" -> projectedLstm(weights, values(golden, "W_hr" + suffix));
      case "torch-gru" -> gruResetAfter(weights, 0, 1);
      case "torch-rnn-tanh" -> rnn(weights, Math::tanh);
      case "torch-rnn-relu" -> rnn(weights, PlainCells::relu);
      default -> throw new IllegalArgumentException(golden.name());
    };
  }

  private static double[] values(Golden golden, String key) {
    return golden.tensor(key).values();
  }

  /// A copy of row `k` of the `rows` that `values` holds.
  private static double[] entry(double[] values, int rows, int k) {
    int length = values.length / rows;
    return Arrays.copyOfRange(values, k * length, (k + 1) * length);
  }
}
