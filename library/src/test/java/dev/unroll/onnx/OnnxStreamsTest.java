package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.Engine;
import dev.unroll.kernel.Threads;
import dev.unroll.kernel.provider.Providers;
import dev.unroll.kernel.vector.VectorKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many streams at once give the bits that each gives alone, whichever inputs are stacked.
class OnnxStreamsTest {
  private static final int STREAMS = 5;

  private final Random random = new Random(3);

  private OnnxTensor numbers(int... shape) {
    var values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return OnnxTensor.of(values, shape);
  }

  private static OnnxTensor longs(long... values) {
    return OnnxTensor.of(values, values.length);
  }

  /// Tries all choices of stacked inputs, of a list of those that may be.
  private void check(String operator, int outputs, Consumer<ModelBytes> attributes, int most,
      OnnxTensor... inputs) throws IOException {
    var bytes = ModelBytes.model(18, g -> {
      g.message(1, ModelBytes.message(n -> {
        for (int i = 0; i < inputs.length; i++) {
          n.text(1, inputs[i] == null ? "" : "in" + i);
        }
        for (int i = 0; i < outputs; i++) {
          n.text(2, "out" + i);
        }
        n.text(4, operator);
        attributes.accept(n);
      }));
      for (int i = 0; i < inputs.length; i++) {
        if (inputs[i] != null) {
          g.value(11, "in" + i, inputs[i].type().equals("int64") ? 7
              : inputs[i].type().equals("bool") ? 9 : 1, inputs[i].shape());
        }
      }
      for (int i = 0; i < outputs; i++) {
        g.value(12, "out" + i);
      }
    });
    for (int choice = 1; choice < 1 << Math.min(most, inputs.length); choice++) {
      var model = OnnxModel.read(bytes);
      // Twice, as operators keep what they found out in the first run.
      for (int turn = 0; turn < 2; turn++) {
        var each = new ArrayList<Map<String, OnnxTensor>>();
        var all = new LinkedHashMap<String, OnnxTensor>();
        for (int s = 0; s < STREAMS; s++) {
          each.add(new LinkedHashMap<>());
        }
        for (int i = 0; i < inputs.length; i++) {
          if (inputs[i] == null) {
            continue;
          }
          boolean stacked = (choice >> i & 1) != 0;
          for (int s = 0; s < STREAMS; s++) {
            each.get(s).put("in" + i, !stacked ? inputs[i] : like(inputs[i]));
          }
          int at = i;
          all.put("in" + i, !stacked ? inputs[i]
              : stack(each.stream().map(given -> given.get("in" + at)).toList()));
        }
        var found = model.runStreams(STREAMS, all);
        for (int s = 0; s < STREAMS; s++) {
          var expected = OnnxModel.read(bytes).run(each.get(s));
          for (int i = 0; i < outputs; i++) {
            var one = expected.get("out" + i);
            var many = found.get("out" + i);
            assertThat(Arrays.copyOfRange(many.shape(), 1, many.shape().length)).as(operator)
                .isEqualTo(one.shape());
            assertThat(many.type()).isEqualTo(one.type());
            assertThat(Arrays.copyOfRange(many.doubles(), s * one.size(), (s + 1) * one.size()))
                .as("%s, choice %d, stream %d", operator, choice, s)
                .containsExactly(one.doubles());
          }
        }
      }
    }
  }

  private void check(String operator, int outputs, OnnxTensor... inputs) throws IOException {
    check(operator, outputs, _ -> {}, inputs.length, inputs);
  }

  private OnnxTensor like(OnnxTensor tensor) {
    return switch (tensor.type()) {
      case "int64" -> tensor;
      case "bool" -> {
        var values = new boolean[tensor.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextBoolean();
        }
        yield OnnxTensor.of(values, tensor.shape());
      }
      default -> numbers(tensor.shape());
    };
  }

  private static OnnxTensor stack(List<OnnxTensor> each) {
    var first = each.getFirst();
    var shape = IntStream.concat(IntStream.of(each.size()), Arrays.stream(first.shape()))
        .toArray();
    if (first.type().equals("int64")) {
      return OnnxTensor.of(each.stream().flatMapToLong(t -> Arrays.stream(t.longs())).toArray(),
          shape);
    }
    var all = new float[each.size() * first.size()];
    var truths = new boolean[all.length];
    for (int s = 0; s < each.size(); s++) {
      for (int i = 0; i < first.size(); i++) {
        all[s * first.size() + i] = (float) each.get(s).doubles()[i];
        truths[s * first.size() + i] = each.get(s).doubles()[i] != 0;
      }
    }
    return first.type().equals("bool") ? OnnxTensor.of(truths, shape)
        : OnnxTensor.of(all, shape);
  }

  @Test
  void elementsAreBroadcast() throws IOException {
    for (var operator : List.of("Add", "Sub", "Mul", "Div", "Max", "Greater", "PRelu")) {
      check(operator, 1, numbers(2, 3, 4), numbers(3, 1));
      if (!operator.equals("PRelu")) {
        check(operator, 1, numbers(4), numbers(2, 3, 1));
      }
      check(operator, 1, numbers(3, 4), numbers());
    }
    check("Where", 1, OnnxTensor.of(new boolean[] {true, false, true}, 3), numbers(2, 1, 3),
        numbers());
    for (var operator : List.of("Sigmoid", "Tanh", "Relu", "Sqrt", "Exp", "Identity", "Neg")) {
      check(operator, 1, numbers(2, 3));
    }
    check("Clip", 1, numbers(2, 3), numbers());
  }

  @Test
  void elementsAreMoved() throws IOException {
    check("Concat", 1, n -> n.attribute("axis", -1), 3, numbers(2, 1), numbers(2, 1),
        numbers(2, 3));
    check("Concat", 1, n -> n.attribute("axis", 0), 2, numbers(2, 3), numbers(1, 3));
    check("Transpose", 1, n -> n.ints("perm", 2, 0, 1), 1, numbers(2, 3, 4));
    check("Slice", 1, _ -> {}, 1, numbers(4, 5), longs(1, -1), longs(3, -9), longs(0, 1),
        longs(1, -2));
    check("Reshape", 1, _ -> {}, 2, numbers(2, 6), longs(0, -1, 2));
    check("Squeeze", 1, _ -> {}, 1, numbers(1, 3, 1), longs(0));
    check("Unsqueeze", 1, _ -> {}, 1, numbers(3), longs(0, 2));
    check("Split", 3, n -> n.attribute("axis", 1), 1, numbers(2, 6));
    check("Expand", 1, _ -> {}, 1, numbers(3, 1), longs(2, 3, 4));
    check("Flatten", 1, numbers(2, 3, 4));
    for (var mode : List.of("constant", "reflect", "edge")) {
      check("Pad", 1, n -> n.attribute("mode", mode), 1, numbers(2, 4), longs(0, 2, 1, 1));
    }
    check("Pad", 1, _ -> {}, 3, numbers(2, 4), longs(0, 2, 1, 1), numbers());
    check("Gather", 1, n -> n.attribute("axis", 1), 2, numbers(2, 4, 3),
        OnnxTensor.of(new long[] {3, 0, -1, 1}, 2, 2));
    check("Gather", 1, _ -> {}, 2, numbers(4, 3), OnnxTensor.of(new long[] {2}));
    check("Shape", 1, numbers(2, 3));
    check("Size", 1, numbers(2, 3));
  }

  @Test
  void productsTakeStreamsAsRows() throws IOException {
    check("MatMul", 1, numbers(2, 3), numbers(3, 4));
    check("MatMul", 1, numbers(3), numbers(3, 4));
    check("MatMul", 1, numbers(2, 3), numbers(3));
    check("MatMul", 1, numbers(3), numbers(3));
    check("MatMul", 1, numbers(2, 3), numbers(4, 3, 5));
    check("MatMul", 1, numbers(4, 2, 3), numbers(3, 5));
    check("MatMul", 1, numbers(3), numbers(4, 3, 5));
    check("Gemm", 1, n -> n.attribute("alpha", 2f).attribute("transB", 1), 3, numbers(2, 3),
        numbers(4, 3), numbers(4));
    check("Gemm", 1, n -> n.attribute("transA", 1), 3, numbers(3, 2), numbers(3, 4),
        numbers(2, 1));
  }

  @Test
  void convolutionsTakeStreamsAsSamples() throws IOException {
    check("Conv", 1, n -> n.ints("strides", 3), 3, numbers(1, 1, 20), numbers(6, 1, 5));
    check("Conv", 1, n -> n.ints("pads", 1, 1), 3, numbers(2, 3, 4), numbers(8, 3, 3),
        numbers(8));
    check("Conv", 1, n -> n.attribute("group", 2).ints("pads", 1, 0, 1, 2).ints("dilations", 1, 2),
        1, numbers(2, 6, 4, 5), numbers(10, 3, 3, 2));
    check("Conv", 1, numbers(2, 6, 3), numbers(8, 6, 3), numbers(8));
    check("Conv", 1, n -> n.attribute("group", 3), 1, numbers(2, 3, 40), numbers(3, 1, 3));
    check("ConvTranspose", 1, n -> n.ints("strides", 2), 2, numbers(2, 3, 4), numbers(3, 5, 3));
    check("MaxPool", 1, n -> n.ints("kernel_shape", 2), 1, numbers(2, 3, 6));
  }

  @Test
  void reductionsKeepStreamsApart() throws IOException {
    for (var operator : List.of("ReduceMean", "ReduceMax")) {
      check(operator, 1, n -> n.ints("axes", -1), 1, numbers(2, 3, 4));
      check(operator, 1, n -> n.ints("axes", 0, 2).attribute("keepdims", 0), 1, numbers(2, 3, 4));
      check(operator, 1, numbers(2, 3));
    }
    check("Softmax", 1, numbers(2, 3));
  }

  @Test
  void recurrentNodesTakeStreamsAsSamples() throws IOException {
    for (int layout = 0; layout < 2; layout++) {
      long first = layout;
      var state = layout == 0 ? numbers(2, 3, 5) : numbers(3, 2, 5);
      var x = layout == 0 ? numbers(4, 3, 6) : numbers(3, 4, 6);
      check("LSTM", 3, n -> n.attribute("hidden_size", 5).attribute("direction", "bidirectional")
          .attribute("layout", first), 1 << 1, x, numbers(2, 20, 6), numbers(2, 20, 5),
          numbers(2, 40), null, state, state);
    }
    check("GRU", 2, n -> n.attribute("hidden_size", 5), 1, numbers(1, 1, 6), numbers(1, 15, 6),
        numbers(1, 15, 5), numbers(1, 30));
    check("RNN", 2, n -> n.attribute("hidden_size", 5), 7, numbers(1, 2, 6), numbers(1, 5, 6),
        numbers(1, 5, 5), numbers(1, 10), longs(1, 0), numbers(1, 2, 5));
  }

  /// A condition may differ from stream to stream; the graphs within read what is around them.
  @Test
  void eachStreamTakesItsBranch() throws IOException {
    var then = ModelBytes.message(g -> g.message(1, ModelBytes.message(n -> n.text(1, "x")
        .text(1, "x").text(2, "twice").text(4, "Add"))).value(12, "twice"));
    var otherwise = ModelBytes.message(g -> g.message(1, ModelBytes.message(n -> n.text(1, "x")
        .text(2, "less").text(4, "Neg"))).value(12, "less"));
    var bytes = ModelBytes.model(18, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "c").text(2, "y").text(4, "If")
            .attribute("then_branch", then).attribute("else_branch", otherwise)))
        .value(11, "c", 9).value(11, "x", 1, 2).value(12, "y"));
    var model = OnnxModel.read(bytes);
    for (int turn = 0; turn < 2; turn++) {
      var y = model.runStreams(3, Map.of("c", OnnxTensor.of(new boolean[] {true, false, true}, 3),
          "x", OnnxTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2))).get("y");
      assertThat(y.floats()).containsExactly(2, 4, -3, -4, 10, 12);
      assertThat(model.run(Map.of("c", OnnxTensor.of(new boolean[] {false}), "x",
          OnnxTensor.of(new float[] {1, 2}, 2))).get("y").floats()).containsExactly(-1, -2);
    }
  }

  /// Plain Java and vectors, which are hot at once here.
  @Test
  void providersGiveTheSameBits(@TempDir Path folder) throws IOException {
    var file = folder.resolve("model.onnx");
    Files.write(file, ModelBytes.model(18, g -> g
        .constant("k", numbers(20, 3, 5).floats(), 20, 3, 5)
        .constant("d", numbers(40, 33).floats(), 40, 33)
        .constant("W", numbers(1, 24, 33).floats(), 1, 24, 33)
        .constant("R", numbers(1, 24, 6).floats(), 1, 24, 6)
        .message(1, ModelBytes.message(n -> n.text(1, "x").text(1, "k").text(2, "a")
            .text(4, "Conv").ints("pads", 2, 2)))
        .message(1, ModelBytes.message(n -> n.text(1, "a").text(1, "d").text(2, "b")
            .text(4, "MatMul")))
        .message(1, ModelBytes.message(n -> n.text(1, "b").text(2, "s").text(4, "Sigmoid")))
        .message(1, ModelBytes.message(n -> n.text(1, "s").text(1, "W").text(1, "R").text(2, "y")
            .text(4, "LSTM")))
        .value(11, "x", 1, 2, 3, 40).value(12, "s").value(12, "y")));
    var vectors = VectorKernels.create();
    for (var work : VectorKernels.Work.values()) {
      vectors.warm(work);
    }
    var plain = OnnxModel.load(file, new Engine(Providers.scalar(), Threads.of(1)));
    var fast = OnnxModel.load(file, new Engine(vectors, Threads.of(1)));
    for (int turn = 0; turn < 3; turn++) {
      var x = Map.of("x", turn == 2 ? numbers(7, 2, 3, 40) : numbers(2, 3, 40));
      var expected = turn == 2 ? plain.runStreams(7, x) : plain.run(x);
      var found = turn == 2 ? fast.runStreams(7, x) : fast.run(x);
      for (var name : expected.keySet()) {
        assertThat(found.get(name).floats()).as(name)
            .containsExactly(expected.get(name).floats());
      }
    }
  }

  @Test
  void inputsMustFit() throws IOException {
    var model = OnnxModel.read(ModelBytes.model(18, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "x").text(2, "y").text(4, "Neg")))
        .value(11, "x", 1, 2).value(12, "y")));
    assertThatThrownBy(() -> model.runStreams(3, Map.of("x", numbers(4, 2))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("3 streams");
    assertThatThrownBy(() -> model.runStreams(3, Map.of("x", numbers(3, 3))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("input x");
    assertThatThrownBy(() -> model.runStreams(0, Map.of("x", numbers(3, 2))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 streams");
  }

  /// Results are the caller's: the next run, which uses the same memory again, does not change
  /// them.
  @Test
  void resultsStay() throws IOException {
    var model = OnnxModel.read(ModelBytes.model(18, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "x").text(1, "x").text(2, "y")
            .text(4, "Add")))
        .message(1, ModelBytes.message(n -> n.text(1, "y").text(2, "z").text(4, "Identity")))
        .value(11, "x", 1, 2).value(12, "y").value(12, "z")));
    var first = model.run(Map.of("x", OnnxTensor.of(new float[] {1, 2}, 2)));
    model.run(Map.of("x", OnnxTensor.of(new float[] {5, 6}, 2)));
    assertThat(first.get("y").floats()).containsExactly(2, 4);
    assertThat(first.get("z").floats()).containsExactly(2, 4);
  }
}
