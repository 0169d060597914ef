package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Operators on small integers, against the examples in the text of ONNX, values worked out by
/// hand, and ONNX Runtime.
class OnnxQuantizationTest {
  private static final int UINT8 = 2;
  private static final int INT8 = 3;

  private static byte[] model(String operator, String inputs, int outputs,
      Consumer<ModelBytes> attributes, Consumer<ModelBytes> constants, String... given) {
    return ModelBytes.model(21, g -> {
      g.message(1, ModelBytes.message(n -> {
        for (var input : inputs.split(",", -1)) {
          n.text(1, input);
        }
        for (int i = 0; i < outputs; i++) {
          n.text(2, "y" + i);
        }
        n.text(4, operator);
        attributes.accept(n);
      }));
      constants.accept(g);
      Arrays.stream(given).forEach(name -> g.value(11, name));
      for (int i = 0; i < outputs; i++) {
        g.value(12, "y" + i);
      }
    });
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static OnnxTensor numbers(float... values) {
    return OnnxTensor.of(values, values.length);
  }

  @Test
  void halvesAreRoundedToEvenAndEndsAreLimits() throws IOException {
    var x = numbers(0, 2, 3, 1000, -254, -1000, 1, -1);
    var plain = OnnxModel.read(model("QuantizeLinear", "x,s,z", 1, _ -> {},
        g -> g.constant("s", new float[] {2}).constant("z", UINT8, bytes(128)), "x"));
    assertThat(plain.run(Map.of("x", x)).get("y0").longs())
        .containsExactly(128, 129, 130, 255, 1, 0, 128, 128);
    assertThat(plain.run(Map.of("x", x)).get("y0").type()).isEqualTo("uint8");
    var signed = OnnxModel.read(model("QuantizeLinear", "x,s,z", 1, _ -> {},
        g -> g.constant("s", new float[] {2}).constant("z", INT8, bytes(1)), "x"));
    assertThat(signed.run(Map.of("x", x)).get("y0").longs())
        .containsExactly(1, 2, 3, 127, -126, -128, 1, 1);
  }

  @Test
  void scalesStandAlongAnAxisOrForBlocks() throws IOException {
    var x = OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    var byAxis = OnnxModel.read(model("QuantizeLinear", "x,s,z", 1, n -> n.attribute("axis", -1),
        g -> g.constant("s", new float[] {1, 2, 0.5f}, 3).constant("z", INT8, bytes(0, 1, -1), 3),
        "x"));
    assertThat(byAxis.run(Map.of("x", x)).get("y0").longs()).containsExactly(1, 2, 5, 4, 3, 11);
    var back = OnnxModel.read(model("DequantizeLinear", "q,s,z", 1, n -> n.attribute("axis", 0),
        g -> g.constant("q", INT8, bytes(1, 2, 3, -4, -5, -6), 2, 3)
            .constant("s", new float[] {2, 0.5f}, 2).constant("z", INT8, bytes(1, -2), 2)));
    assertThat(back.run(Map.of()).get("y0").floats()).containsExactly(0, 2, 4, -1, -1.5f, -2);
    var blocks = OnnxModel.read(model("DequantizeLinear", "q,s", 1,
        n -> n.attribute("axis", 1).attribute("block_size", 2),
        g -> g.constant("q", UINT8, bytes(1, 2, 3, 4, 5, 255), 2, 3)
            .constant("s", new float[] {1, 10, 2, 0.5f}, 2, 2)));
    assertThat(blocks.run(Map.of()).get("y0").floats())
        .containsExactly(1, 2, 30, 8, 10, 127.5f);
    var wrong = OnnxModel.read(model("QuantizeLinear", "x,s", 1, n -> n.attribute("axis", 1),
        g -> g.constant("s", new float[] {1, 2}, 2), "x"));
    assertThatThrownBy(() -> wrong.run(Map.of("x", x)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 for axis 1");
  }

  /// The example of the operator's text.
  @Test
  void aScaleIsFound() throws IOException {
    var found = OnnxModel.read(model("DynamicQuantizeLinear", "x", 3, _ -> {}, _ -> {}, "x"))
        .run(Map.of("x", numbers(0, 2, -3, -2.5f, 1.34f, 0.5f)));
    assertThat(found.get("y0").longs()).containsExactly(153, 255, 0, 26, 221, 179);
    assertThat(found.get("y1").floats()).containsExactly(0.019607844f);
    assertThat(found.get("y2").longs()).containsExactly(153);
  }

  /// The example of the operator's text, then zero points for rows and columns.
  @Test
  void integersAreMultiplied() throws IOException {
    Consumer<ModelBytes> matrices = g -> g
        .constant("a", UINT8, bytes(11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0), 4, 3)
        .constant("b", UINT8, bytes(1, 4, 2, 5, 3, 6), 3, 2);
    var found = OnnxModel.read(model("MatMulInteger", "a,b,az,bz", 1, _ -> {}, g -> {
      matrices.accept(g);
      g.constant("az", UINT8, bytes(12)).constant("bz", UINT8, bytes(0));
    })).run(Map.of()).get("y0");
    assertThat(found.type()).isEqualTo("int32");
    assertThat(found.longs()).containsExactly(-38, -83, -44, -98, -50, -113, -56, -128);
    var each = OnnxModel.read(model("MatMulInteger", "a,b,az,bz", 1, _ -> {}, g -> {
      matrices.accept(g);
      g.constant("az", UINT8, bytes(12, 0, 9, 1), 4).constant("bz", UINT8, bytes(1, 2), 2);
    })).run(Map.of()).get("y0");
    assertThat(each.longs())
        .containsExactly(-5 - 18, -2 - 15 - 36, 6 + 4, 20 + 18 + 8, -4 - 16, -12 - 32, 3 - 2,
            14 + 9 - 4);
  }

  private static float[] sine(float step, float shift, float factor, int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (factor * Math.sin(i * step + shift));
    }
    return values;
  }

  /// Expected: com.microsoft.onnxruntime:onnxruntime 1.29.0 on the same bytes, with one thread;
  /// with several it divides the samples among them and finds a scale of h for each part.
  @Test
  void theQuantizedLstmIsThatOfOnnxRuntime() throws IOException {
    var w = new byte[2 * 3 * 8];
    var r = new byte[2 * 2 * 8];
    for (int i = 0; i < w.length; i++) {
      w[i] = (byte) Math.round(60 * Math.sin(i * 1.7 + 0.3));
    }
    for (int i = 0; i < r.length; i++) {
      r[i] = (byte) Math.round(60 * Math.sin(i * 2.3 + 1));
    }
    var model = OnnxModel.read(model("DynamicQuantizeLSTM", "x,w,r,b,,h,c,,ws,wz,rs,rz", 3,
        n -> n.text(7, "com.microsoft").attribute("hidden_size", 2)
            .attribute("direction", "bidirectional"),
        g -> g.constant("w", INT8, w, 2, 3, 8).constant("r", INT8, r, 2, 2, 8)
            .constant("ws", new float[] {0.012f, 0.01f}, 2).constant("wz", INT8, bytes(0, 0), 2)
            .constant("rs", new float[] {0.009f, 0.011f}, 2).constant("rz", INT8, bytes(0, 0), 2),
        "x", "b", "h", "c"));
    var found = model.run(Map.of("x", OnnxTensor.of(sine(1.3f, 0.2f, 1, 24), 4, 2, 3),
        "b", OnnxTensor.of(sine(2.1f, 0.5f, 0.4f, 32), 2, 16),
        "h", OnnxTensor.of(sine(0.7f, 1, 0.5f, 8), 2, 2, 2),
        "c", OnnxTensor.of(sine(0.9f, 0.1f, 0.8f, 8), 2, 2, 2)));
    assertThat(found.get("y0").shape()).containsExactly(4, 2, 2, 2);
    same(found.get("y0"), -0.049638353f, 0.30560338f, 0.29209244f, 0.14930162f, 0.23239258f,
        -0.158042f, -0.01495319f, -0.24177304f, -0.16660398f, -0.01106866f, 0.0985332f,
        0.26458177f, 0.10072172f, 0.0105415825f, 0.1869872f, -0.20098981f, -0.07257059f,
        -0.05455308f, -0.0471742f, 0.12223093f, -0.20323686f, -0.17142752f, 0.20899226f,
        0.011605797f, 0.08533183f, 0.15912567f, -0.10414033f, -0.052229483f, -0.27097714f,
        -0.24353597f, -0.078837104f, 0.12566568f);
    same(found.get("y1"), 0.08533183f, 0.15912567f, -0.10414033f, -0.052229483f, 0.23239258f,
        -0.158042f, -0.01495319f, -0.24177304f);
    same(found.get("y2"), 0.16620784f, 0.23117045f, -0.19276375f, -0.24061482f, 0.38911644f,
        -0.28274682f, -0.046777382f, -0.56225294f);
  }

  private static void same(OnnxTensor found, float... expected) {
    assertThat(found.floats()).containsExactly(expected, Offset.offset(1e-6f));
  }

  @Test
  void partsAreCombined() throws IOException {
    var inputs = List.of(numbers(1, 2, 3, 4),
        OnnxTensor.of(new long[] {1, 3, 1}, 3, 1), numbers(10, 20, -5));
    for (var reduction : List.of("none", "add", "mul", "min", "max")) {
      var found = OnnxModel.read(ModelBytes.node(18, "ScatterND", inputs, 1,
          n -> n.attribute("reduction", reduction))).run(ModelBytes.named(inputs)).get("out0");
      assertThat(found.floats()).as(reduction).containsExactly(switch (reduction) {
        case "add" -> new float[] {1, 7, 3, 24};
        case "mul" -> new float[] {1, -100, 3, 80};
        case "min" -> new float[] {1, -5, 3, 4};
        case "max" -> new float[] {1, 10, 3, 20};
        default -> new float[] {1, -5, 3, 20};
      });
    }
  }

  @Test
  void thePlaceOfTheLargestIsKnown() throws IOException {
    var x = List.of(OnnxTensor.of(new double[] {1, 5, 2, 3, 4, 1e-300, 7, 6, 0}, 1, 1, 3, 3));
    for (long byColumns = 0; byColumns < 2; byColumns++) {
      long order = byColumns;
      var found = OnnxModel.read(ModelBytes.node(12, "MaxPool", x, 2,
          n -> n.ints("kernel_shape", 2, 2).attribute("storage_order", order)))
          .run(ModelBytes.named(x));
      assertThat(found.get("out0").doubles()).containsExactly(5, 5, 7, 6);
      assertThat(found.get("out1").longs()).containsExactly(
          order == 0 ? new long[] {1, 1, 6, 7} : new long[] {3, 3, 2, 5});
    }
  }
}
