package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Recurrent operators with small weights compute what they do with rounded ones of floats.
class OnnxSmallWeightsTest {
  private static final int T = 7;
  private static final int B = 3;
  private static final int F = 5;
  private static final int H = 9;

  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"LSTM, 4, INT8", "GRU, 3, INT8", "RNN, 1, INT8", "LSTM, 4, BFLOAT16"})
  void haveTheBitsOfFloats(String operator, int gates, Precision precision) throws IOException {
    var random = new Random(5);
    var x = floats(random, T * B * F);
    var w = floats(random, gates * H * F);
    var r = floats(random, gates * H * H);
    var b = floats(random, 2 * gates * H);
    var y = run(operator, gates, x, w, r, b, precision);
    precision.round(w, 0, gates * H, F);
    precision.round(r, 0, gates * H, H);
    assertThat(y).isEqualTo(run(operator, gates, x, w, r, b, Precision.FLOAT32));
  }

  private float[] run(String operator, int gates, float[] x, float[] w, float[] r, float[] b,
      Precision precision) throws IOException {
    var inputs = List.of(OnnxTensor.of(x, T, B, F), OnnxTensor.of(w, 1, gates * H, F),
        OnnxTensor.of(r, 1, gates * H, H), OnnxTensor.of(b, 1, 2 * gates * H));
    var file = folder.resolve("node.onnx");
    Files.write(file, ModelBytes.node(14, operator, inputs, 1, _ -> {}));
    try (var engine = Engine.of(1)) {
      return OnnxModel.load(file, engine, precision).run(ModelBytes.named(inputs)).get("out0")
          .floats();
    }
  }

  private static float[] floats(Random random, int n) {
    var values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
