package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.Engine;
import dev.unroll.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Constants that stay bytes, or become small, give the bits of the floats that they stand for.
class OnnxSmallConstantsTest {
  private static final int INT8 = 3;
  private static final int UINT8 = 2;
  private static final int T = 5;
  private static final int F = 12;
  private static final int H = 9;

  @TempDir
  private Path folder;

  private final Random random = new Random(3);

  /// A matrix of the file: bytes with scales and zero points.
  private record Bytes(int type, byte[] q, float[] scales, int zero, int axis, int... shape) {

    float[] floats() {
      int inner = 1;
      for (int i = axis + 1; i < shape.length; i++) {
        inner *= shape[i];
      }
      var floats = new float[q.length];
      for (int i = 0; i < q.length; i++) {
        int integer = type == INT8 ? q[i] : q[i] & 0xff;
        floats[i] = (integer - zero) * scales[i / inner % scales.length];
      }
      return floats;
    }

    void put(ModelBytes graph, String name) {
      var zeros = new byte[scales.length];
      Arrays.fill(zeros, (byte) zero);
      int[] each = scales.length == 1 ? new int[0] : new int[] {scales.length};
      graph.constant(name + "q", type, q, shape).constant(name + "s", scales, each)
          .constant(name + "z", type, zeros, each)
          .message(1, ModelBytes.message(n -> n.text(1, name + "q").text(1, name + "s")
              .text(1, name + "z").text(2, name).text(4, "DequantizeLinear")
              .attribute("axis", axis)));
    }
  }

  private Bytes bytes(int type, int zero, boolean powers, int axis, int... shape) {
    int length = 1;
    for (int size : shape) {
      length *= size;
    }
    var q = new byte[length];
    random.nextBytes(q);
    var scales = new float[axis < 0 ? 1 : shape[axis]];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = powers ? Math.scalb(1f, -8 - random.nextInt(3))
          : 0.002f + 0.01f * random.nextFloat();
    }
    return new Bytes(type, q, scales, zero, Math.max(axis, 0), shape);
  }

  /// Weights of RNN, GRU and LSTM whose scales belong to the matrix or to each row, and zero points
  /// within and beyond the reach of a byte.
  @ParameterizedTest
  @CsvSource({"LSTM, 4, 3, 0, false, 1", "LSTM, 4, 2, 128, false, 1", "LSTM, 4, 2, 7, false, 1",
    "LSTM, 4, 3, 0, true, 1", "GRU, 3, 3, 0, false, -1", "RNN, 1, 2, 128, false, -1",
    "LSTM, 4, 3, 0, false, 2"})
  void recurrentNodesReadBytes(String operator, int gates, int type, int zero, boolean powers,
      int axis) throws IOException {
    var w = bytes(type, zero, powers, axis, 1, gates * H, F);
    var r = bytes(type, zero, powers, axis, 1, gates * H, H);
    for (int batch : new int[] {1, 3, 30}) {
      var x = OnnxTensor.of(floats(T * batch * F), T, batch, F);
      Consumer<ModelBytes> node = n -> n.text(1, "x").text(1, "w").text(1, "r").text(2, "y")
          .text(4, operator).attribute("hidden_size", H);
      var found = run(x, node, Precision.FLOAT32, Map.of("w", w, "r", r), true);
      assertThat(found).as("batch %d", batch)
          .isEqualTo(run(x, node, Precision.FLOAT32, Map.of("w", w, "r", r), false));
      if (axis < 2 && zero != 7) {
        // Bytes of the file are not rounded to others.
        assertThat(run(x, node, Precision.INT8, Map.of("w", w, "r", r), true)).isEqualTo(found);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void productsReadBytes(int axis) throws IOException {
    for (int rows : new int[] {1, 7, 40}) {
      var x = OnnxTensor.of(floats(rows * F), rows, F);
      for (var w : new Bytes[] {bytes(INT8, 0, false, axis, F, 20),
        bytes(UINT8, 128, false, axis, F, 20), bytes(UINT8, 3, true, axis, F, 20)}) {
        same(x, "MatMul", w, _ -> {});
        same(x, "Gemm", w, _ -> {});
      }
      var turned = bytes(INT8, 0, false, axis, 20, F);
      same(x, "Gemm", turned, n -> n.attribute("transB", 1).attribute("alpha", 0.5f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void convolutionsReadBytes(int axis) throws IOException {
    for (int groups : new int[] {1, 2}) {
      for (int places : new int[] {5, 60}) {
        var x = OnnxTensor.of(floats(2 * 4 * groups * places), 2, 4 * groups, places);
        same(x, "Conv", bytes(INT8, 0, false, axis, 10, 4, 3), n -> n.attribute("group", groups));
        same(x, "Conv", bytes(UINT8, 128, false, axis, 2 * groups, 4, 5),
            n -> n.attribute("group", groups));
      }
    }
  }

  private void same(OnnxTensor x, String operator, Bytes w, Consumer<ModelBytes> attributes)
      throws IOException {
    Consumer<ModelBytes> node = n -> {
      n.text(1, "x").text(1, "w").text(2, "y").text(4, operator);
      attributes.accept(n);
    };
    assertThat(run(x, node, Precision.FLOAT32, Map.of("w", w), true)).as(operator)
        .isEqualTo(run(x, node, Precision.FLOAT32, Map.of("w", w), false));
  }

  private float[] run(OnnxTensor x, Consumer<ModelBytes> node, Precision precision,
      Map<String, Bytes> constants, boolean quantized) throws IOException {
    return run(x, precision, g -> {
      constants.forEach((name, w) -> {
        if (quantized) {
          w.put(g, name);
        } else {
          g.constant(name, w.floats(), w.shape());
        }
      });
      g.message(1, ModelBytes.message(node)).value(11, "x").value(12, "y");
    });
  }

  private float[] run(OnnxTensor x, Precision precision, Consumer<ModelBytes> graph)
      throws IOException {
    var file = folder.resolve("model.onnx");
    Files.write(file, ModelBytes.model(14, graph));
    try (var engine = Engine.of(1)) {
      var model = OnnxModel.load(file, engine, precision);
      var first = model.run(Map.of("x", x)).get("y").floats();
      assertThat(model.run(Map.of("x", x)).get("y").floats()).isEqualTo(first);
      return first;
    }
  }

  /// Products by constants computed with floats, whatever precision was asked for.
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void productsWithRoundedConstants(Precision precision) throws IOException {
    rounded(precision, "MatMul", 1, new int[] {1, F}, new int[] {F, 20}, _ -> {});
    rounded(precision, "Gemm", 1, new int[] {9, F}, new int[] {F, 20}, _ -> {});
    rounded(precision, "Gemm", F, new int[] {30, F}, new int[] {20, F},
        n -> n.attribute("transB", 1));
    rounded(precision, "Conv", 12, new int[] {2, 8, 40}, new int[] {10, 4, 3},
        n -> n.attribute("group", 2));
  }

  private void rounded(Precision precision, String operator, int inner, int[] shape, int[] ofW,
      Consumer<ModelBytes> attributes) throws IOException {
    var x = OnnxTensor.of(floats(size(shape)), shape);
    var w = floats(size(ofW));
    var before = w.clone();
    int rows = inner == 1 ? ofW[ofW.length - 1] : w.length / inner;
    for (int row = 0; row < rows; row++) {
      precision.roundRow(w, row * inner, w.length / rows, inner == 1 ? rows : 1);
    }
    Consumer<ModelBytes> node = n -> {
      n.text(1, "x").text(1, "w").text(2, "y").text(4, operator);
      attributes.accept(n);
    };
    assertThat(run(x, precision, graph(node, before, ofW))).as(operator)
        .isEqualTo(run(x, Precision.FLOAT32, graph(node, w, ofW)))
        .isNotEqualTo(run(x, Precision.FLOAT32, graph(node, before, ofW)));
  }

  private static Consumer<ModelBytes> graph(Consumer<ModelBytes> node, float[] w, int... shape) {
    return g -> g.constant("w", w, shape).message(1, ModelBytes.message(node)).value(11, "x")
        .value(12, "y");
  }

  private static int size(int... shape) {
    int size = 1;
    for (int each : shape) {
      size *= each;
    }
    return size;
  }

  private float[] floats(int n) {
    var values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
