package dev.unroll.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Sizes of one and none, outputs left out, and what does not fit.
class OnnxRecurrentEdgeTest {
  /// A node without attributes.
  private static void plain(ModelBytes node) {}

  private static OnnxTensor zeros(int... shape) {
    return OnnxTensor.of(new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
  }

  private static OnnxTensor filled(float value, int... shape) {
    var values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, value);
    return OnnxTensor.of(values, shape);
  }

  private static Map<String, OnnxTensor> run(String operator, Consumer<ModelBytes> attributes,
      List<OnnxTensor> inputs) throws IOException {
    return OnnxModel.read(ModelBytes.node(14, operator, inputs, 2, attributes))
        .run(ModelBytes.named(inputs));
  }

  @Test
  void noStepGivesTheInitialState() throws IOException {
    var outputs = run("GRU", OnnxRecurrentEdgeTest::plain,
        Arrays.asList(zeros(0, 3, 5), zeros(1, 6, 5), zeros(1, 6, 2),
            null, null, filled(7, 1, 3, 2)));
    assertThat(outputs.get("out0").shape()).containsExactly(0, 1, 3, 2);
    assertThat(outputs.get("out1").floats()).containsExactly(7, 7, 7, 7, 7, 7);
  }

  @Test
  void noSampleGivesNone() throws IOException {
    var outputs = run("LSTM", OnnxRecurrentEdgeTest::plain,
        List.of(zeros(4, 0, 5), zeros(1, 8, 5), zeros(1, 8, 2)));
    assertThat(outputs.get("out0").shape()).containsExactly(4, 1, 0, 2);
    assertThat(outputs.get("out1").shape()).containsExactly(1, 0, 2);
  }

  @Test
  void oneOfEverything() throws IOException {
    var outputs = run("RNN", OnnxRecurrentEdgeTest::plain,
        List.of(filled(1, 1, 1, 1), filled(0.5f, 1, 1, 1), filled(2, 1, 1, 1)));
    assertThat(outputs.get("out0").floats()[0]).isEqualTo((float) Math.tanh(0.5));
  }

  /// Initial states of a sequence of length 0 come back as they are, also those that are not
  /// finite.
  @Test
  void aLengthOfZeroGivesTheInitialState() throws IOException {
    var initial = OnnxTensor.of(new float[] {Float.POSITIVE_INFINITY, 1e-35f, 1, 2}, 1, 2, 2);
    var outputs = run("RNN", OnnxRecurrentEdgeTest::plain,
        Arrays.asList(filled(1, 3, 2, 5), filled(0.1f, 1, 2, 5),
            filled(0.1f, 1, 2, 2), null, OnnxTensor.of(new int[] {0, 3}, 2), initial));
    assertThat(outputs.get("out1").floats()).startsWith(Float.POSITIVE_INFINITY, 1e-35f);
    var y = outputs.get("out0").floats();
    for (int t = 0; t < 3; t++) {
      assertThat(y[t * 4]).isZero();
      assertThat(y[t * 4 + 2]).isNotZero();
    }
  }

  @Test
  void outputsMayBeLeftOut() throws IOException {
    var inputs = List.of(filled(1, 2, 1, 3), filled(0.1f, 1, 8, 3), filled(0.1f, 1, 8, 2));
    var bytes = ModelBytes.model(14, g -> g
        .message(1, ModelBytes.message(n -> n.text(1, "in0").text(1, "in1").text(1, "in2")
            .text(2, "").text(2, "").text(2, "c").text(4, "LSTM")))
        .value(11, "in0").value(11, "in1").value(11, "in2").value(12, "c"));
    var all = OnnxModel.read(ModelBytes.node(14, "LSTM", inputs, 3, OnnxRecurrentEdgeTest::plain))
        .run(ModelBytes.named(inputs));
    var last = OnnxModel.read(bytes).run(ModelBytes.named(inputs));
    assertThat(last).containsOnlyKeys("c");
    assertThat(last.get("c").floats()).isEqualTo(all.get("out2").floats());
  }

  /// A model runs sequences of any sizes one after the other, with the results of a fresh one.
  @Test
  void sizesMayChangeFromRunToRun() throws IOException {
    var w = filled(0.3f, 2, 6, 5);
    var r = filled(-0.2f, 2, 6, 2);
    var first = List.of(filled(1, 2, 3, 5), w, r);
    var bytes =
        ModelBytes.node(14, "GRU", first, 2, n -> n.attribute("direction", "bidirectional"));
    var model = OnnxModel.read(bytes);
    for (var size : List.of(new int[] {2, 3}, new int[] {7, 3}, new int[] {1, 3}, new int[] {4, 1},
        new int[] {2, 3})) {
      var inputs = new ArrayList<OnnxTensor>(first);
      inputs.set(0, filled(0.5f, size[0], size[1], 5));
      assertThat(model.run(ModelBytes.named(inputs)).get("out0").floats())
          .isEqualTo(OnnxModel.read(bytes).run(ModelBytes.named(inputs)).get("out0").floats());
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    var x = zeros(2, 3, 10);
    assertThatThrownBy(() -> run("GRU", n -> n.attribute("hidden_size", 128),
        List.of(x, zeros(1, 192, 10), zeros(1, 192, 64))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"tested\" (GRU): W is")
        .hasMessageContaining("[1, 384, 10]").hasMessageContaining("hidden_size 128");
    var w = zeros(1, 6, 10);
    var r = zeros(1, 6, 2);
    assertThatThrownBy(
        () -> run("GRU", OnnxRecurrentEdgeTest::plain, List.of(x, w, r, zeros(1, 11))))
        .hasMessageContaining("B is");
    assertThatThrownBy(() -> run("GRU", OnnxRecurrentEdgeTest::plain,
        Arrays.asList(x, w, r, null, OnnxTensor.of(new int[] {1, 2, 3}, 3))))
        .hasMessageContaining("sequence_lens has 3, expected 0 to 2");
    for (Consumer<ModelBytes> wrong : List.<Consumer<ModelBytes>>of(
        n -> n.attribute("direction", "sideways"), n -> n.attribute("layout", 2),
        n -> n.attribute("clip", -1f), n -> n.attribute("activations", List.of("Tanh")),
        n -> n.attribute("activations", List.of("Tanh", "Swish")),
        n -> n.attribute("hidden_size", 0), n -> n.attribute("forget_bias", 1f))) {
      assertThatThrownBy(() -> run("GRU", wrong, List.of(x, w, r)))
          .isInstanceOf(dev.unroll.format.FormatException.class)
          .hasMessageContaining("\"tested\" (GRU)");
    }
  }
}
