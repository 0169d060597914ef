package dev.unroll.testkit;

import static dev.unroll.testkit.PlainCells.gruResetAfter;
import static dev.unroll.testkit.PlainCells.gruResetBefore;
import static dev.unroll.testkit.PlainCells.lstm;
import static dev.unroll.testkit.PlainCells.rnn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.unroll.testkit.PlainCells.Step;
import dev.unroll.testkit.PlainCells.Weights;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Recomputes the files of ONNX Runtime by plain loops.
class OnnxGoldenTest {
  /// ONNX Runtime computes in `float`, with its own approximations of sigmoid and tanh.
  private static final double FLOAT_ERROR = 1e-6;

  private static final int[] IFGO_OF_IOFC = {0, 2, 3, 1};
  private static final int Z = 0;
  private static final int R = 1;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "onnx-lstm",
        "onnx-lstm-peepholes",
        "onnx-lstm-coupled",
        "onnx-gru-reset-before",
        "onnx-gru-reset-after",
        "onnx-rnn-relu",
        "onnx-rnn-sigmoid"
      })
  void plainLoopsAgree(String name) {
    Golden golden = Golden.load(name);
    int[] shape = golden.tensor("Y").shape();
    int T = shape[0];
    int B = shape[2];
    int H = shape[3];
    int F = golden.tensor("X").shape()[2];
    boolean hasC = golden.tensors().containsKey("Y_c");
    Step step = step(golden, H);

    double[] y = new double[T * B * H];
    double[] yH = new double[B * H];
    double[] yC = new double[B * H];
    for (int b = 0; b < B; b++) {
      double[] h = row(golden, "initial_h", b, H);
      double[] c = hasC ? row(golden, "initial_c", b, H) : new double[H];
      for (int t = 0; t < T; t++) {
        step.apply(row(golden, "X", t * B + b, F), h, c);
        System.arraycopy(h, 0, y, (t * B + b) * H, H);
      }
      System.arraycopy(h, 0, yH, b * H, H);
      System.arraycopy(c, 0, yC, b * H, H);
    }

    assertAgrees(golden, "Y", y);
    assertAgrees(golden, "Y_h", yH);
    if (hasC) {
      assertAgrees(golden, "Y_c", yC);
    }
  }

  private static Step step(Golden golden, int H) {
    double[] biases = golden.tensor("B").values();
    int rows = biases.length / 2;
    Weights weights =
        new Weights(
            golden.tensor("W").values(),
            golden.tensor("R").values(),
            Arrays.copyOfRange(biases, 0, rows),
            Arrays.copyOfRange(biases, rows, 2 * rows));
    double[] noPeepholes = new double[3 * H];
    return switch (golden.name()) {
      case "onnx-lstm" -> lstm(weights, IFGO_OF_IOFC, noPeepholes, false);
      case "onnx-lstm-peepholes" ->
          lstm(weights, IFGO_OF_IOFC, golden.tensor("P").values(), false);
      case "onnx-lstm-coupled" -> lstm(weights, IFGO_OF_IOFC, noPeepholes, true);
      case "onnx-gru-reset-before" -> gruResetBefore(weights, R, Z);
      case "onnx-gru-reset-after" -> gruResetAfter(weights, R, Z);
      case "onnx-rnn-relu" -> rnn(weights, PlainCells::relu);
      case "onnx-rnn-sigmoid" -> rnn(weights, PlainCells::sigmoid);
      default -> throw new IllegalArgumentException(golden.name());
    };
  }

  private static double[] row(Golden golden, String name, int k, int length) {
    return Arrays.copyOfRange(golden.tensor(name).values(), k * length, (k + 1) * length);
  }

  private static void assertAgrees(Golden golden, String key, double[] actual) {
    assertThat(actual)
        .as("%s of %s", key, golden.name())
        .containsExactly(golden.tensor(key).values(), within(FLOAT_ERROR));
  }
}
