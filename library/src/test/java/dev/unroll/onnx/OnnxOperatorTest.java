package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The operators of the interpreter, each against plain loops or values worked out by hand.
class OnnxOperatorTest {
  private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

  private static OnnxTensor run(long opset, String operator, Consumer<ModelBytes> attributes,
      @Nullable OnnxTensor... inputs) throws IOException {
    var list = new ArrayList<>(Arrays.asList(inputs));
    return OnnxModel.read(ModelBytes.node(opset, operator, list, 1, attributes))
        .run(ModelBytes.named(list)).get("out0");
  }

  private static OnnxTensor run(String operator, @Nullable OnnxTensor... inputs)
      throws IOException {
    return run(18, operator, n -> {
    }, inputs);
  }

  private static OnnxTensor numbers(int from, int... shape) {
    int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    var values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = from + i;
    }
    return OnnxTensor.of(values, shape);
  }

  private static OnnxTensor random(int seed, int... shape) {
    var random = new Random(seed);
    var values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return OnnxTensor.of(values, shape);
  }

  private static OnnxTensor longs(long... values) {
    return OnnxTensor.of(values, values.length);
  }

  private static void same(OnnxTensor found, int[] shape, double... values) {
    assertThat(found.shape()).isEqualTo(shape);
    assertThat(found.doubles()).containsExactly(values, Offset.offset(1e-6));
  }

  private static int[] shape(int... sizes) {
    return sizes;
  }

  @Test
  void twoAreBroadcast() throws IOException {
    var a = numbers(1, 2, 1, 3);
    var b = OnnxTensor.of(new float[] {2, 4}, 2, 1);
    for (var operator : List.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max")) {
      var found = run(operator, a, b).floats();
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
          for (int k = 0; k < 3; k++) {
            float x = a.floats()[i * 3 + k];
            float y = b.floats()[j];
            float expected = switch (operator) {
              case "Add" -> x + y;
              case "Sub" -> x - y;
              case "Mul" -> x * y;
              case "Div" -> x / y;
              case "Pow" -> (float) Math.pow(x, y);
              case "Min" -> Math.min(x, y);
              default -> Math.max(x, y);
            };
            assertThat(found[(i * 2 + j) * 3 + k]).as(operator).isEqualTo(expected);
          }
        }
      }
    }
    same(run("Div", longs(7, -7), longs(2)), shape(2), 3, -3);
    assertThatThrownBy(() -> run("Div", longs(7), longs(0))).hasMessageContaining("by 0");
    assertThatThrownBy(() -> run("Add", numbers(0, 2, 3), numbers(0, 2)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"tested\" (Add)")
        .hasMessageContaining("[2, 3]");
    same(run("Sum", numbers(0, 2), numbers(1, 2), numbers(2, 1)), shape(2), 3, 5);
  }

  @Test
  void comparisonsAndTruth() throws IOException {
    var a = longs(1, 2, 3);
    same(run("Equal", a, longs(2)), shape(3), 0, 1, 0);
    same(run("Less", a, longs(2)), shape(3), 1, 0, 0);
    same(run("LessOrEqual", a, longs(2)), shape(3), 1, 1, 0);
    same(run("Greater", a, longs(2)), shape(3), 0, 0, 1);
    same(run("GreaterOrEqual", a, longs(2)), shape(3), 0, 1, 1);
    var t = OnnxTensor.of(new boolean[] {true, true, false, false}, 4);
    var u = OnnxTensor.of(new boolean[] {true, false, true, false}, 4);
    same(run("And", t, u), shape(4), 1, 0, 0, 0);
    same(run("Or", t, u), shape(4), 1, 1, 1, 0);
    same(run("Xor", t, u), shape(4), 0, 1, 1, 0);
    same(run("Not", t), shape(4), 0, 0, 1, 1);
    same(run("Where", t, numbers(0, 4), numbers(10, 1)), shape(4), 0, 1, 10, 10);
  }

  @Test
  void functionsOfOne() throws IOException {
    var functions = Map.<String, DoubleUnaryOperator>ofEntries(Map.entry("Sqrt", Math::sqrt),
        Map.entry("Exp", Math::exp), Map.entry("Log", Math::log),
        Map.entry("Sigmoid", a -> 1 / (1 + Math.exp(-a))), Map.entry("Tanh", Math::tanh),
        Map.entry("Reciprocal", a -> 1 / a), Map.entry("Floor", Math::floor),
        Map.entry("Ceil", Math::ceil), Map.entry("Softplus", a -> Math.log(1 + Math.exp(a))),
        Map.entry("Sin", Math::sin), Map.entry("Cos", Math::cos),
        Map.entry("Softsign", a -> a / (1 + Math.abs(a))), Map.entry("Neg", a -> -a),
        Map.entry("Abs", Math::abs), Map.entry("Relu", a -> Math.max(a, 0)),
        Map.entry("LeakyRelu", a -> a >= 0 ? a : 0.01f * a),
        Map.entry("Elu", a -> a >= 0 ? a : Math.exp(a) - 1),
        Map.entry("HardSigmoid", a -> Math.min(Math.max(0.2 * a + 0.5, 0), 1)),
        Map.entry("Identity", a -> a));
    var x = OnnxTensor.of(new float[] {-3.5f, -0.4f, 0.3f, 2.25f, 90}, 5);
    for (var entry : functions.entrySet()) {
      var found = run(entry.getKey(), x).floats();
      for (int i = 0; i < found.length; i++) {
        float expected = (float) entry.getValue().applyAsDouble(x.floats()[i]);
        if (entry.getKey().equals("Softplus") && i == 4) {
          expected = 90;
        }
        if (Float.isNaN(expected)) {
          assertThat(found[i]).as(entry.getKey()).isNaN();
        } else {
          assertThat(found[i]).as(entry.getKey())
              .isCloseTo(expected, Offset.offset(1e-6f * Math.max(1, Math.abs(expected))));
        }
      }
    }
    // DLMF 7.2: erf at 0.5, 1, 2.5 and 4
    same(run("Erf", OnnxTensor.of(new float[] {0.5f, 1, -2.5f, 4}, 4)), shape(4), 0.5204998778f,
        0.8427007929f, -0.9995930480f, 0.9999999846f);
    same(run("PRelu", OnnxTensor.of(new float[] {-2, 2}, 2), OnnxTensor.of(new float[] {3}, 1)),
        shape(2), -6, 2);
    same(run("Clip", numbers(0, 4), OnnxTensor.of(new float[] {1}), OnnxTensor.of(new float[] {2})),
        shape(4), 1, 1, 2, 2);
    same(run(6, "Clip", n -> n.attribute("max", 1f), numbers(0, 4)), shape(4), 0, 1, 1, 1);
    same(run("Neg", longs(3, -4)), shape(2), -3, 4);
  }

  @Test
  void casts() throws IOException {
    same(run(18, "Cast", n -> n.attribute("to", 7), OnnxTensor.of(new float[] {-1.7f, 2.9f}, 2)),
        shape(2), -1, 2);
    same(run(18, "Cast", n -> n.attribute("to", 9), longs(0, 5)), shape(2), 0, 1);
    same(run(18, "Cast", n -> n.attribute("to", 3), longs(200)), shape(1), -56);
    assertThat(run(18, "Cast", n -> n.attribute("to", 10), OnnxTensor.of(new float[] {0.1f}, 1))
        .floats()[0]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(0.1f)));
    assertThat(run(18, "Cast", n -> n.attribute("to", 16), OnnxTensor.of(new float[] {1.01f}, 1))
        .floats()[0]).isEqualTo(1.0078125f);
  }

  @Test
  void axesChange() throws IOException {
    var a = numbers(0, 2, 3);
    same(run("Transpose", a), shape(3, 2), 0, 3, 1, 4, 2, 5);
    same(run(18, "Transpose", n -> n.ints("perm", 1, 0, 2), numbers(0, 2, 2, 1)),
        shape(2, 2, 1), 0, 2, 1, 3);
    same(run("Reshape", a, longs(0, -1, 1)), shape(2, 3, 1), a.doubles());
    assertThatThrownBy(() -> run("Reshape", a, longs(4, -1))).hasMessageContaining("[4, -1]");
    same(run("Squeeze", numbers(0, 1, 2, 1)), shape(2), 0, 1);
    same(run("Squeeze", numbers(0, 1, 2, 1), longs(-1)), shape(1, 2), 0, 1);
    same(run(11, "Squeeze", n -> n.ints("axes", 0, 2), numbers(0, 1, 2, 1)), shape(2), 0, 1);
    same(run("Unsqueeze", numbers(0, 2), longs(0, -1)), shape(1, 2, 1), 0, 1);
    same(run(18, "Flatten", n -> n.attribute("axis", 2), numbers(0, 1, 2, 2)), shape(2, 2), 0, 1,
        2, 3);
    same(run("Shape", a), shape(2), 2, 3);
    same(run(18, "Shape", n -> n.attribute("start", -1), a), shape(1), 3);
    same(run("Size", a), shape(), 6);
    same(run("Expand", numbers(0, 2, 1), longs(3, 1, 2)), shape(3, 2, 2), 0, 0, 1, 1, 0, 0, 1, 1, 0,
        0, 1, 1);
    same(run(18, "Concat", n -> n.attribute("axis", 1), a, numbers(10, 2, 1)), shape(2, 4), 0, 1,
        2, 10, 3, 4, 5, 11);
    same(run(18, "Gather", n -> n.attribute("axis", 1), a, longs(2, -3)), shape(2, 2), 2, 0, 5, 3);
    same(run("Gather", a, OnnxTensor.of(new long[] {1})), shape(3), 3, 4, 5);
    assertThatThrownBy(() -> run("Gather", a, longs(2))).hasMessageContaining("index 2");
  }

  @Test
  void partsAndBorders() throws IOException {
    var a = numbers(0, 2, 4);
    same(run("Slice", a, longs(1), longs(Long.MAX_VALUE), longs(-1)), shape(2, 3), 1, 2, 3, 5, 6,
        7);
    same(run("Slice", a, longs(-1), longs(Long.MIN_VALUE), longs(1), longs(-2)), shape(2, 2), 3, 1,
        7, 5);
    same(run("Slice", a, longs(3), longs(1), longs(1)), shape(2, 0));
    same(run(9, "Slice", n -> n.ints("starts", 1).ints("ends", 2), a), shape(1, 4), 4,
        5, 6, 7);
    var split = ModelBytes.node(18, "Split", List.of(a, longs(1, 3)), 2,
        n -> n.attribute("axis", 1));
    var parts = OnnxModel.read(split).run(Map.of("in0", a, "in1", longs(1, 3)));
    same(parts.get("out0"), shape(2, 1), 0, 4);
    same(parts.get("out1"), shape(2, 3), 1, 2, 3, 5, 6, 7);
    var row = numbers(1, 3);
    same(run("Pad", row, longs(2, 1)), shape(6), 0, 0, 1, 2, 3, 0);
    same(run("Pad", row, longs(-1, 1), OnnxTensor.of(new float[] {9})), shape(3), 2, 3, 9);
    same(run(18, "Pad", n -> n.attribute("mode", "reflect"), row, longs(2, 1)), shape(6), 3, 2, 1,
        2, 3, 2);
    same(run(18, "Pad", n -> n.attribute("mode", "edge"), row, longs(2, 1)), shape(6), 1, 1, 1, 2,
        3, 3);
    same(run("Range", OnnxTensor.of(new long[] {5}),
        OnnxTensor.of(new long[] {0}), OnnxTensor.of(new long[] {-2})), shape(3), 5, 3, 1);
    same(run("ConstantOfShape", longs(2, 2)), shape(2, 2), 0, 0, 0, 0);
    assertThatThrownBy(() -> run("ConstantOfShape", longs(1 << 20, 1 << 20)))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("too large");
    same(run(18, "Constant", n -> n.ints("value_ints", 3, 4)), shape(2), 3, 4);
  }

  @Test
  void reductions() throws IOException {
    var a = numbers(1, 2, 3);
    same(run("ReduceMean", a, longs(1)), shape(2, 1), 2, 5);
    same(run(13, "ReduceMean", n -> n.ints("axes", -2).attribute("keepdims", 0), a),
        shape(3), 2.5f, 3.5f, 4.5f);
    same(run("ReduceSum", a), shape(1, 1), 21);
    same(run("ReduceProd", a, longs(0)), shape(1, 3), 4, 10, 18);
    same(run("ReduceMax", a, longs(0, 1)), shape(1, 1), 6);
    same(run("ReduceMin", a, longs(1)), shape(2, 1), 1, 4);
    assertThat(run("ReduceSum", longs(1L << 60, 1)).longs()).containsExactly((1L << 60) + 1);
    double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    var row = new double[] {Math.exp(1) / sum, Math.exp(2) / sum, Math.exp(3) / sum};
    same(run("Softmax", numbers(1, 1, 3)), shape(1, 3), row);
    same(run(11, "Softmax", n -> n.attribute("axis", 1), numbers(1, 1, 3, 1)), shape(1, 3, 1), row);
    same(run("LogSoftmax", numbers(1, 1, 3)), shape(1, 3), Math.log(row[0]),
        Math.log(row[1]), Math.log(row[2]));
  }

  @Test
  void matrixProducts() throws IOException {
    var a = random(1, 2, 1, 3, 4);
    var b = random(2, 5, 4, 6);
    var found = run("MatMul", a, b);
    assertThat(found.shape()).isEqualTo(shape(2, 5, 3, 6));
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < 5; m++) {
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 6; j++) {
            double sum = 0;
            for (int k = 0; k < 4; k++) {
              sum += a.doubles()[(n * 3 + i) * 4 + k] * b.doubles()[(m * 4 + k) * 6 + j];
            }
            assertThat(found.floats()[((n * 5 + m) * 3 + i) * 6 + j]).isCloseTo((float) sum,
                ROUNDING);
          }
        }
      }
    }
    same(run("MatMul", numbers(1, 3), numbers(1, 3)), shape(), 14);
    var x = random(3, 4, 2);
    var w = random(4, 3, 4);
    var c = random(5, 3);
    var gemm = run(18, "Gemm", n -> n.attribute("transA", 1).attribute("transB", 1)
        .attribute("alpha", 0.5f).attribute("beta", 2f), x, w, c);
    assertThat(gemm.shape()).isEqualTo(shape(2, 3));
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += x.doubles()[k * 2 + i] * w.doubles()[j * 4 + k];
        }
        assertThat(gemm.floats()[i * 3 + j])
            .isCloseTo((float) (0.5 * sum + 2 * c.doubles()[j]), ROUNDING);
      }
    }
    assertThatThrownBy(() -> run("MatMul", a, c)).hasMessageContaining("inner sizes");
  }

  @Test
  void convolutions() throws IOException {
    for (int stride = 1; stride < 4; stride++) {
      for (int dilation = 1; dilation < 3; dilation++) {
        for (int groups = 1; groups < 3; groups++) {
          convolution(stride, dilation, groups);
        }
      }
    }
    var row = numbers(1, 1, 1, 5);
    same(run(18, "Conv", n -> n.attribute("auto_pad", "SAME_UPPER").ints("strides", 2), row,
        OnnxTensor.of(new float[] {1, 1}, 1, 1, 2)), shape(1, 1, 3), 3, 7, 5);
    assertThatThrownBy(() -> run("Conv", row, numbers(0, 1, 1, 6)))
        .hasMessageContaining("does not fit");
  }

  private static void convolution(int stride, int dilation, int groups) throws IOException {
    var x = random(1, 2, 4, 7, 9);
    var w = random(2, 6, 4 / groups, 3, 2);
    var b = random(3, 6);
    var found = run(18, "Conv", n -> n.attribute("group", groups)
        .ints("strides", stride, 1).ints("dilations", 1, dilation)
        .ints("pads", 1, 2, 0, 1), x, w, b);
    int rows = (7 + 1 - 3) / stride + 1;
    int columns = 9 + 3 - dilation;
    assertThat(found.shape()).isEqualTo(shape(2, 6, rows, columns));
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < 6; m++) {
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            double sum = b.doubles()[m];
            for (int c = 0; c < 4 / groups; c++) {
              for (int k = 0; k < 3; k++) {
                for (int l = 0; l < 2; l++) {
                  int y = i * stride + k - 1;
                  int z = j + l * dilation - 2;
                  int channel = m / (6 / groups) * (4 / groups) + c;
                  sum += y < 0 || y > 6 || z < 0 || z > 8 ? 0
                      : w.doubles()[((m * (4 / groups) + c) * 3 + k) * 2 + l]
                          * x.doubles()[((n * 4 + channel) * 7 + y) * 9 + z];
                }
              }
            }
            assertThat(found.floats()[((n * 6 + m) * rows + i) * columns + j])
                .isCloseTo((float) sum, ROUNDING);
          }
        }
      }
    }
  }

  @Test
  void transposedConvolutions() throws IOException {
    for (int stride = 1; stride < 4; stride++) {
      for (int dilation = 1; dilation < 3; dilation++) {
        for (int groups = 1; groups < 3; groups++) {
          transposed(stride, dilation, groups);
        }
      }
    }
    var row = numbers(1, 1, 1, 3);
    var ones = OnnxTensor.of(new float[] {1, 1, 1}, 1, 1, 3);
    same(run(18, "ConvTranspose", n -> n.attribute("auto_pad", "SAME_UPPER").ints("strides", 2),
        row, ones), shape(1, 1, 6), 1, 1, 3, 2, 5, 3);
    same(run(18, "ConvTranspose", n -> n.ints("output_shape", 4), row, ones), shape(1, 1, 4), 3, 6,
        5, 3);
    same(run(18, "ConvTranspose", n -> n.ints("output_padding", 1).ints("strides", 2), row, ones),
        shape(1, 1, 8), 1, 1, 3, 2, 5, 3, 3, 0);
  }

  private static void transposed(int stride, int dilation, int groups) throws IOException {
    var x = random(1, 2, 4, 3, 5);
    var w = random(2, 4, 3, 2, 3);
    var b = random(3, 3 * groups);
    var found =
        run(18, "ConvTranspose", n -> n.attribute("group", groups).ints("strides", 1, stride)
            .ints("dilations", dilation, 1).ints("pads", 1, 1, 0, 0), x, w, b);
    int rows = 3 - 1 + dilation + 1 - 1;
    int columns = stride * 4 + 3 - 1;
    assertThat(found.shape()).isEqualTo(shape(2, 3 * groups, rows, columns));
    var expected = new double[found.size()];
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < 3 * groups; m++) {
        for (int i = 0; i < rows * columns; i++) {
          expected[(n * 3 * groups + m) * rows * columns + i] = b.doubles()[m];
        }
        for (int c = 0; c < 4; c++) {
          if (c / (4 / groups) != m / 3) {
            continue;
          }
          for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
              for (int k = 0; k < 2; k++) {
                for (int l = 0; l < 3; l++) {
                  int y = i + k * dilation - 1;
                  int z = j * stride + l - 1;
                  if (y >= 0 && y < rows && z >= 0 && z < columns) {
                    expected[((n * 3 * groups + m) * rows + y) * columns + z] +=
                        w.doubles()[((c * 3 + m % 3) * 2 + k) * 3 + l]
                            * x.doubles()[((n * 4 + c) * 3 + i) * 5 + j];
                  }
                }
              }
            }
          }
        }
      }
    }
    same(found, found.shape(), expected);
  }

  @Test
  void poolsNormalizesAndScatters() throws IOException {
    var a = OnnxTensor.of(new float[] {1, 5, 2, -3, -4, -1, 0}, 1, 1, 7);
    same(run(18, "MaxPool", n -> n.ints("kernel_shape", 2).ints("strides", 2), a), shape(1, 1, 3),
        5, 2, -1);
    same(run(18, "MaxPool", n -> n.ints("kernel_shape", 2).ints("strides", 2).attribute("ceil_mode",
        1), a), shape(1, 1, 4), 5, 2, -1, 0);
    same(run(18, "MaxPool", n -> n.ints("kernel_shape", 3).ints("pads", 1, 1).ints("dilations", 2),
        a), shape(1, 1, 5), 5, 2, 5, 2, -1);
    same(run(18, "MaxPool", n -> n.ints("kernel_shape", 2, 2), numbers(0, 1, 1, 3, 3)),
        shape(1, 1, 2, 2), 4, 5, 7, 8);
    same(run(18, "BatchNormalization", n -> n.attribute("epsilon", 0.25f), numbers(0, 1, 2, 2),
        OnnxTensor.of(new float[] {2, 1}, 2), OnnxTensor.of(new float[] {1, 0}, 2),
        OnnxTensor.of(new float[] {0, 2}, 2), OnnxTensor.of(new float[] {3.75f, 0}, 2)),
        shape(1, 2, 2), 1, 2, 0, 2);
    same(run("ScatterND", numbers(0, 3, 2), OnnxTensor.of(new long[] {2, -3}, 2, 1),
        numbers(10, 2, 2)), shape(3, 2), 12, 13, 2, 3, 10, 11);
    same(run("ScatterND", numbers(0, 3), OnnxTensor.of(new long[] {1}, 1, 1), numbers(9, 1)),
        shape(3), 0, 9, 2);
  }

  /// Branches may give other numbers of axes; only the one that is taken runs.
  @Test
  void oneBranchRuns() throws IOException {
    var yes = ModelBytes.message(g -> g.text(2, "yes")
        .message(1, ModelBytes.message(n -> n.text(1, "a").text(2, "y").text(4, "Squeeze")))
        .value(12, "y"));
    var no = ModelBytes.message(g -> g.text(2, "no")
        .message(1, ModelBytes.message(n -> n.text(1, "a").text(2, "n").text(4, "Neg")))
        .value(12, "n"));
    var bytes = ModelBytes.model(18, g -> g.message(1, ModelBytes.message(n -> n.text(1, "which")
        .text(2, "b").text(4, "If").attribute("then_branch", yes).attribute("else_branch", no)))
        .value(11, "which").value(11, "a").value(12, "b"));
    var model = OnnxModel.read(bytes);
    var a = numbers(1, 1, 2);
    same(model.run(Map.of("which", OnnxTensor.of(new boolean[] {true}), "a", a)).get("b"),
        shape(2), 1, 2);
    same(model.run(Map.of("which", OnnxTensor.of(new boolean[] {false}), "a", a)).get("b"),
        shape(1, 2), -1, -2);
  }

  /// What the inputs of a run must be.
  @Test
  void inputsAreChecked() throws IOException {
    var model = OnnxModel.read(ModelBytes.node(18, "Neg", List.of(numbers(0, 2)), 1, n -> {
    }));
    assertThatThrownBy(() -> model.run(Map.of())).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input in0 is missing");
    assertThatThrownBy(() -> model.run(Map.of("in0", numbers(0, 2), "x", numbers(0, 2))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no input x");
  }
}
