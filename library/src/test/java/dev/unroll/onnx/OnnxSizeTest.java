package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that are far larger than the inputs they are made of: nothing but the memory of Java had
/// bounded them.
class OnnxSizeTest {
  private static OnnxTensor numbers(int n, int... shape) {
    return OnnxTensor.of(new float[n], shape);
  }

  private static OnnxTensor sizes(long... sizes) {
    return OnnxTensor.of(sizes, sizes.length);
  }

  private static OnnxTensor number(long value) {
    return OnnxTensor.of(new long[] {value});
  }

  /// The inputs with which an operator gives some 4 n² numbers.
  private static List<OnnxTensor> inputs(String operator, int n) {
    return switch (operator) {
      case "Expand" -> List.of(numbers(1, 1), sizes(2L * n, 2L * n));
      case "ConstantOfShape" -> List.of(sizes(4, n, n));
      case "Range" -> List.of(number(0), number(4L * n * n), number(1));
      case "Pad" -> List.of(numbers(1, 1, 1), sizes(n, n, n, n));
      case "Gather" -> List.of(numbers(2 * n, 1, 2 * n), sizes(new long[2 * n]));
      case "Where" -> List.of(OnnxTensor.of(new boolean[2 * n], 2 * n, 1), numbers(2 * n, 1, 2 * n),
          numbers(1, 1, 1));
      case "Equal", "Pow", "Add" -> List.of(numbers(2 * n, 2 * n, 1), numbers(2 * n, 1, 2 * n));
      case "MatMul" -> List.of(numbers(2 * n, 2 * n, 1), numbers(2 * n, 1, 2 * n));
      default -> throw new AssertionError(operator);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"Expand", "ConstantOfShape", "Range", "Pad", "Gather",
    "Where", "Equal", "Pow", "Add", "MatMul"})
  void whatBecomesLargeIsRefusedBeforeItIsThere(String operator) throws IOException {
    var few = inputs(operator, 5);
    var model = OnnxModel.read(ModelBytes.node(13, operator, few, 1, _ -> {})).limit(400);
    var small = model.run(ModelBytes.named(few));
    var many = inputs(operator, 10_000);
    assertThatThrownBy(() -> model.run(ModelBytes.named(many)))
        .isInstanceOf(OnnxSizeException.class).hasMessageContaining("\"tested\"")
        .hasMessageContaining("at most 400 are allowed");
    var again = model.run(ModelBytes.named(few));
    assertThat(again.get("out0").shape()).isEqualTo(small.get("out0").shape());
    model.limit(1_000_000).run(ModelBytes.named(inputs(operator, 30)));
  }

  /// Each value is small, and all together are not; also in a second run, in which memory is used
  /// again.
  @Test
  void allValuesCountTogether() throws IOException {
    var model = OnnxModel.read(ModelBytes.model(13, g -> {
      for (int i = 0; i < 10; i++) {
        int from = i;
        g.message(1, ModelBytes.message(n -> n.text(1, "v" + from).text(2, "v" + (from + 1))
            .text(4, "Sigmoid")));
      }
      g.value(11, "v0").value(12, "v10");
    }));
    var small = Map.of("v0", numbers(10, 10));
    var large = Map.of("v0", numbers(11, 11));
    model.run(large);
    model.limit(10 * 10 + 10);
    for (int turn = 0; turn < 3; turn++) {
      model.run(small);
      assertThatThrownBy(() -> model.run(large)).isInstanceOf(OnnxSizeException.class)
          .hasMessageContaining("would have 121 numbers together, at most 110 are allowed");
    }
    assertThatThrownBy(() -> model.limit(0)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a limit of 0 numbers, expected at least 1");
  }

  /// A loop over one number: what is gone after a round does not count, what is collected does.
  private static OnnxModel loop(boolean collects) throws IOException {
    var body = ModelBytes.message(g -> {
      g.message(1, ModelBytes.message(n -> n.text(1, "c").text(2, "on").text(4, "Identity")))
          .message(1, ModelBytes.message(n -> n.text(1, "s").text(2, "next").text(4, "Sigmoid")))
          .value(11, "i").value(11, "c").value(11, "s").value(12, "on").value(12, "next");
      if (collects) {
        g.value(12, "next");
      }
    });
    return OnnxModel.read(ModelBytes.model(13, g -> {
      g.message(1, ModelBytes.message(n -> {
        n.text(1, "m").text(1, "").text(1, "s0").text(2, "last");
        if (collects) {
          n.text(2, "all");
        }
        n.text(4, "Loop").attribute("body", body);
      })).value(11, "m", 7).value(11, "s0").value(12, "last");
      if (collects) {
        g.value(12, "all");
      }
    }));
  }

  @Test
  void ofALoopWhatIsKeptCounts() throws IOException {
    Map<String, OnnxTensor> rounds = Map.of("m", number(1_000), "s0", numbers(1, 1));
    assertThat(loop(false).limit(20).run(rounds).get("last").shape()).containsExactly(1);
    var collecting = loop(true);
    assertThat(collecting.limit(5_000).run(rounds).get("all").shape()).containsExactly(1_000, 1);
    assertThatThrownBy(() -> collecting.limit(500).run(rounds))
        .isInstanceOf(OnnxSizeException.class).hasMessageContaining("at most 500 are allowed");
  }

  @Test
  void anInterruptedRunEnds() throws IOException {
    var model = loop(false);
    Map<String, OnnxTensor> rounds = Map.of("m", number(3), "s0", numbers(1, 1));
    model.run(rounds);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> model.run(rounds)).isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    model.run(rounds);
  }

  /// With the axis of a batch that is not 1, a stacked run counts what all streams have.
  @Test
  void streamsCountTogether() throws IOException {
    var one = List.of(numbers(3, 3));
    var model = OnnxModel.read(ModelBytes.node(13, "Sigmoid", one, 1, _ -> {}, true)).limit(12);
    model.runStreams(2, Map.of("in0", numbers(6, 2, 3)));
    var inputs = new ArrayList<OnnxTensor>();
    inputs.add(numbers(30, 10, 3));
    assertThatThrownBy(() -> model.runStreams(10, ModelBytes.named(inputs)))
        .isInstanceOf(OnnxSizeException.class);
  }
}
