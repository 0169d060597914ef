package dev.unroll.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.exchange.ImportedLayers;
import dev.unroll.exchange.checkpoint.Checkpoint;
import dev.unroll.exchange.onnx.OnnxNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// Weights that others have published.
@EnabledIfEnvironmentVariable(named = "UNROLL_DATA", matches = ".+")
class PublishedWeightsTest {
  private static final int H = 128;

  private static Path folder() {
    return Path.of(System.getenv("UNROLL_DATA"), "pretrained-dtln");
  }

  private static float[] ours(ImportedLayers layers, String name) {
    var block = layers.parameters().byName().get("layer0." + name);
    return Arrays.copyOfRange(layers.parameters().values(), block.offset(),
        block.offset() + block.length());
  }

  private static float[] array(Checkpoint arrays, String name) throws IOException {
    return Objects.requireNonNull(arrays.tensors().get(name), name).floats();
  }

  /// The same network is in `model_1.onnx` as LSTM nodes, gates i o f c.
  @Test
  void lstmsOfDtlnAreThoseOfItsFirstOnnxFile() throws IOException {
    var keras = Keras.load(folder().resolve("model.h5"));
    var onnx = OnnxNetwork.read(folder().resolve("model_1.onnx")).checkpoint();
    for (int l = 0; l < 2; l++) {
      var layers = keras.recurrent(l == 0 ? "lstm" : "lstm_1");
      var node = "lstm_" + (4 + l);
      for (var part : List.of("W", "U", "b")) {
        float[] all = array(onnx, node + switch (part) {
          case "W" -> "_W";
          case "U" -> "_R";
          default -> "_B";
        });
        // The second half of B is zero.
        int n = all.length / (part.equals("b") ? 8 : 4);
        for (int g = 0; g < 4; g++) {
          assertThat(ours(layers, part + "iofg".charAt(g))).as("%s, %s of gate %d", node, part, g)
              .hasSize(n).isEqualTo(Arrays.copyOfRange(all, g * n, (g + 1) * n));
        }
      }
    }
  }

  /// In `model_2.onnx` they are spelled out: products, gates i f c o.
  @Test
  void lstmsOfDtlnAreThoseOfItsSecondOnnxFile() throws IOException {
    var keras = Keras.load(folder().resolve("model.h5"));
    var onnx = OnnxNetwork.read(folder().resolve("model_2.onnx")).checkpoint();
    for (int l = 2; l < 4; l++) {
      var layers = keras.recurrent("lstm_" + l);
      var node = "model_2/lstm_%d/".formatted(4 + l);
      float[] kernel = array(onnx, node + "MatMul/ReadVariableOp/resource:0");
      float[] recurrent = array(onnx, node + "MatMul_1/ReadVariableOp/resource:0");
      float[] bias = array(onnx, node + "BiasAdd/ReadVariableOp/resource:0");
      for (int g = 0; g < 4; g++) {
        char gate = "ifgo".charAt(g);
        assertThat(ours(layers, "W" + gate)).isEqualTo(columns(kernel, g));
        assertThat(ours(layers, "U" + gate)).isEqualTo(columns(recurrent, g));
        assertThat(ours(layers, "b" + gate))
            .isEqualTo(Arrays.copyOfRange(bias, g * H, (g + 1) * H));
      }
    }
  }

  private static float[] columns(float[] matrix, int gate) {
    int rows = matrix.length / (4 * H);
    float[] part = new float[rows * H];
    for (int i = 0; i < H; i++) {
      for (int j = 0; j < rows; j++) {
        part[i * rows + j] = matrix[j * 4 * H + gate * H + i];
      }
    }
    return part;
  }
}
