package dev.unroll.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Cells;
import dev.unroll.cell.Gru;
import dev.unroll.cell.Lstm;
import dev.unroll.cell.SimpleRnn;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.exchange.network.NetworkModel;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.NetworkModel.Wishes;
import dev.unroll.exchange.onnx.OnnxNetwork;
import dev.unroll.expr.Cell;
import dev.unroll.expr.Function;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Merge;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.model.SequenceToVector;
import dev.unroll.model.Structure;
import dev.unroll.model.loss.Loss;
import dev.unroll.onnx.OnnxExport;
import dev.unroll.onnx.OnnxModel;
import dev.unroll.onnx.OnnxTensor;
import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.ModelDef;
import dev.unroll.onnx.proto.ModelWriter;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.proto.ValueDef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs of ONNX that are chains become models again; others are refused by their node.
class OnnxNetworkTest {
  @TempDir
  Path folder;

  enum Kind {
    RNN, RELU, GRU, RESET_BEFORE, LSTM;

    Cell cell() {
      return switch (this) {
        case RNN -> SimpleRnn.of(Function.TANH);
        case RELU -> SimpleRnn.of(Function.RELU);
        case GRU -> Gru.cell();
        case RESET_BEFORE -> Cells.gruResetBefore();
        case LSTM -> Lstm.cell();
      };
    }
  }

  private Structure again(Structure model, Form form) throws IOException {
    var file = folder.resolve("model.onnx");
    OnnxExport.of(model).write(file);
    return NetworkModel.of(OnnxNetwork.read(file).network(),
        new Wishes(form, null, null, null, null)).model();
  }

  private static <M extends Structure> M filled(M model) {
    float[] values = model.parameters().values();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + 1);
    }
    return model;
  }

  @ParameterizedTest
  @EnumSource
  void layersOfBothDirectionsComeBackWithTheSameBits(Kind kind) throws IOException {
    var model = filled(SequenceToSequence.of(Inputs.symbols(6, 3),
        RecurrentStack.of(kind.cell(), 4).layers(2).bidirectional(Merge.CONCATENATE),
        Outputs.classes(5)));
    var back = again(model, Form.SEQUENCE_TO_SEQUENCE);
    assertThat(back.architecture()).isEqualTo(model.architecture());
    assertThat(back.parameters().values()).isEqualTo(model.parameters().values());
  }

  @ParameterizedTest
  @EnumSource
  void theLastStatesAreAVector(Kind kind) throws IOException {
    for (var stack : List.of(RecurrentStack.of(kind.cell(), 4),
        RecurrentStack.of(kind.cell(), 4).bidirectional(Merge.CONCATENATE))) {
      assertAnswersAgain(
          filled(SequenceToVector.of(Inputs.features(3), stack, Outputs.classes(2))));
    }
  }

  private void assertAnswersAgain(SequenceToVector model) throws IOException {
    var back = again(model, Form.SEQUENCE_TO_VECTOR);
    assertThat(back.parameters().values()).isEqualTo(model.parameters().values());
    float[][] steps = {{1, 2, 3}, {0, -1, 1}};
    assertThat(((SequenceToVector) back).predictor().predict(steps))
        .isEqualTo(model.predictor().predict(steps));
  }

  /// 54 quantiles once became 54 classes, and an absolute error a squared one.
  @Test
  void theLossOfAnExportComesBack() throws IOException {
    for (var loss : List.of(Loss.quantile(0.1, 0.5, 0.9), Loss.absolute(), Loss.huber(0.5),
        Loss.squared())) {
      var model = filled(SequenceToVector.of(Inputs.features(3),
          RecurrentStack.of(Lstm.cell(), 4), Outputs.numbers(2).loss(loss)));
      assertThat(again(model, Form.SEQUENCE_TO_VECTOR).architecture())
          .isEqualTo(model.architecture());
    }
    var gaussian = filled(SequenceToVector.of(Inputs.features(3),
        RecurrentStack.of(Lstm.cell(), 4), Outputs.numbers(2).loss(Loss.gaussian())));
    assertThatThrownBy(() -> again(gaussian, Form.SEQUENCE_TO_VECTOR))
        .isInstanceOf(FormatException.class).hasMessageContaining("Slice");
  }

  /// A graph with nodes between its input and what reads it first.
  private Path behindTheInput(NodeDef... nodes) throws IOException {
    var all = new ArrayList<>(zeros());
    all.addAll(List.of(nodes));
    return graph(all, ends(1, softmax(-1)), "p");
  }

  /// Such nodes were once left out without a word.
  @Test
  void nodesRightBehindTheInputAreCheckedToo() throws IOException {
    assertRefused(behindTheInput(node("Cast", List.of("x"), "whole", Map.of("to", 6L)),
        node("Cast", List.of("whole"), "seen", Map.of("to", 1L))), "(Cast)", "rounds to integers");
    assertRefused(behindTheInput(node("Cast", List.of("x"), "seen", Map.of("to", 9L))), "(Cast)",
        "rounds to integers");
    assertRefused(behindTheInput(
        node("Transpose", List.of("x"), "seen", Map.of("perm", new long[] {2, 1, 0}))),
        "(Transpose)", "takes the vectors of the input apart");
    assertRefused(behindTheInput(node("Transpose", List.of("x"), "seen", Map.of())), "(Transpose)",
        "takes the vectors of the input apart");
    assertRefused(behindTheInput(node("Reshape", List.of("x", "sizes"), "seen", Map.of())),
        "(Reshape)", "takes the vectors of the input apart");
    assertRefused(behindTheInput(node("Flatten", List.of("x"), "seen", Map.of())), "(Flatten)",
        "takes the vectors of the input apart");
    assertRefused(behindTheInput(node("Dropout", List.of("x", "", "trains"), "seen", Map.of())),
        "(Dropout)", "drops at random");
    assertComputes(behindTheInput(node("Cast", List.of("x"), "y", Map.of("to", 1L)),
        node("Identity", List.of("y"), "z", Map.of()),
        node("Transpose", List.of("z"), "w", Map.of("perm", new long[] {1, 0, 2})),
        node("Transpose", List.of("w"), "seen", Map.of("perm", new long[] {1, 0, 2}))));
    assertThat(imported(behindTheInput(node("Dropout", List.of("x"), "seen", Map.of())), null))
        .isNotNull();
  }

  @Test
  void whatIsNoLayerIsNamed() {
    var model = SequenceToVector.of(Inputs.features(3), RecurrentStack.of(Lstm.cell(), 4),
        Pooling.MEAN, Outputs.classes(2), 1);
    assertThatThrownBy(() -> again(model, Form.SEQUENCE_TO_VECTOR))
        .isInstanceOf(FormatException.class).hasMessageContaining("node \"")
        .hasMessageContaining("unroll onnx run");
  }

  /// A graph as torch.onnx.export writes it: batch first, a GRU, a Gemm; `h0`, `states` and `ends`
  /// are its open places.
  private Path graph(List<NodeDef> states, List<NodeDef> ends, String... outputs)
      throws IOException {
    var constants = new LinkedHashMap<String, NdArray>();
    for (var layer : List.of("a", "b")) {
      constants.put("W" + layer, filled(1, 9, layer.equals("a") ? 2 : 3));
      constants.put("R" + layer, filled(1, 9, 3));
    }
    constants.put("V", filled(2, 3));
    constants.put("c", filled(2));
    constants.put("learned", filled(1, 1, 3));
    constants.put("none", NdArray.of(new int[] {1, 1, 3}, 0, 0, 0));
    constants.put("trains", NdArray.of(ElementType.BOOL, new int[0], new long[] {1}));
    constants.put("sizes", NdArray.vector(1, 1, 3));
    constants.put("first axis", NdArray.vector(0));
    constants.put("second axis", NdArray.vector(1));
    constants.put("-1", NdArray.of(ElementType.INT64, new int[0], new long[] {-1}));
    constants.put("0", NdArray.of(ElementType.INT64, new int[0], new long[] {0}));
    var nodes = new ArrayList<>(states);
    var read = states.stream().anyMatch(node -> node.outputs().contains("seen")) ? "seen" : "x";
    nodes.add(node("Transpose", List.of(read), "xt", Map.of("perm", new long[] {1, 0, 2})));
    nodes.add(gru("a", "xt"));
    nodes.add(node("Squeeze", List.of("a_y", "second axis"), "a_s", Map.of()));
    nodes.add(gru("b", "a_s"));
    nodes.add(node("Squeeze", List.of("b_y", "second axis"), "b_s", Map.of()));
    nodes.add(
        node("Transpose", List.of("b_s"), "steps", Map.of("perm", new long[] {1, 0, 2})));
    nodes.addAll(ends);
    var opsets = new LinkedHashMap<String, Long>(Map.of("", 17L));
    var free = List.of("b", "t", "2");
    var graph = new GraphDef("g", nodes, constants,
        List.of(new ValueDef("x", ElementType.FLOAT, free)), Arrays.stream(outputs)
            .map(name -> new ValueDef(name, ElementType.FLOAT, null)).toList());
    var file = folder.resolve("graph.onnx");
    Files.write(file, ModelWriter.write(
        new ModelDef(8, "pytorch", opsets, graph, new LinkedHashMap<>()), "1"));
    return file;
  }

  private static NdArray filled(int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i + values.length);
    }
    return NdArray.of(shape, values);
  }

  private static NodeDef node(String operator, List<String> inputs, String output,
      Map<String, Object> attributes) {
    return new NodeDef("", operator, "", inputs, List.of(output), new Attributes(attributes));
  }

  private static NodeDef gru(String name, String x) {
    return new NodeDef("", "GRU", "", List.of(x, "W" + name, "R" + name, "", "", "h0"),
        List.of(name + "_y", name + "_h"),
        new Attributes(Map.of("hidden_size", 3L, "linear_before_reset", 1L)));
  }

  private static List<NodeDef> zeros() {
    return List.of(node("ConstantOfShape", List.of("sizes"), "h0", Map.of()));
  }

  /// The last step, the output layer and an end.
  private static List<NodeDef> ends(long axis, NodeDef end) {
    return List.of(node("Gather", List.of("steps", "-1"), "last", Map.of("axis", axis)),
        node("Gemm", List.of("last", "V", "c"), "logits", Map.of("transB", 1L)), end);
  }

  private static NodeDef softmax(long axis) {
    return node("Softmax", List.of("logits"), "p", Map.of("axis", axis));
  }

  private static SequenceToVector imported(Path file, @Nullable Outputs outputs)
      throws IOException {
    return (SequenceToVector) NetworkModel.of(OnnxNetwork.read(file).network(),
        new Wishes(Form.SEQUENCE_TO_VECTOR, null, outputs, null, null)).model();
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> imported(file, null)).isInstanceOf(FormatException.class)
        .hasMessageContainingAll(parts).hasMessageContaining("unroll onnx run");
  }

  private void assertComputes(Path file) throws IOException {
    float[][] steps = {{1, 2}, {0, -1}, {0.5f, 0}};
    float[] found = imported(file, null).predictor().predict(steps);
    var outputs = OnnxModel.load(file).run(Map.of("x",
        OnnxTensor.of(new float[] {1, 2, 0, -1, 0.5f, 0}, 1, 3, 2)));
    assertThat(outputs).containsKey("p");
    for (var p : outputs.values()) {
      assertThat(found).containsExactly(p.floats(), Offset.offset(1e-6f));
    }
  }

  /// States before the first step once vanished, whatever they were.
  @Test
  void onlyZerosGoBeforeTheFirstStep() throws IOException {
    var end = ends(1, softmax(-1));
    assertComputes(graph(zeros(), end, "p"));
    assertComputes(graph(
        List.of(node("Expand", List.of("none", "sizes"), "h0", Map.of())), end, "p"));
    for (var state : List.of(node("Expand", List.of("learned", "sizes"), "h0", Map.of()),
        node("Identity", List.of("learned"), "h0", Map.of()),
        node("RandomNormal", List.of(), "h0", Map.of("shape", new long[] {1, 1, 3})),
        node("ConstantOfShape", List.of("sizes"), "h0",
            Map.of("value", NdArray.of(new int[] {1}, 1))))) {
      assertRefused(graph(List.of(state), end, "p"), "(GRU)", "not zero: h0");
    }
  }

  /// `y[-1]` of a batch is its last sequence, not the last step; a softmax over the batch is none
  /// over the classes.
  @Test
  void axesAreThoseOfStepsAndOutputs() throws IOException {
    assertRefused(graph(zeros(), ends(0, softmax(-1)), "p"), "(Gather)", "batch");
    assertRefused(graph(zeros(), ends(1, softmax(0)), "p"), "(Softmax)", "another axis");
    assertComputes(graph(zeros(), ends(-2, softmax(1)), "p"));
  }

  /// A sigmoid once became a softmax.
  @Test
  void aSigmoidAtTheEndMakesBits() throws IOException {
    var file = graph(zeros(), ends(1, node("Sigmoid", List.of("logits"), "p", Map.of())), "p");
    assertThat(imported(file, null).architecture().outputs()).isEqualTo(Outputs.bits(2));
    assertComputes(file);
    assertThatThrownBy(() -> imported(file, Outputs.classes(2)))
        .isInstanceOf(FormatException.class).hasMessageContaining("ends with a sigmoid");
    assertThatThrownBy(() -> imported(graph(zeros(), ends(1, softmax(1)), "p"),
        Outputs.numbers(2))).isInstanceOf(FormatException.class)
        .hasMessageContaining("ends with a softmax");
  }

  /// `h_n[-1]`: the states of all layers one above the other, and the last of them.
  @Test
  void theLastOfTheStatesOfAllLayersIsThatOfTheLast() throws IOException {
    var states = node("Concat", List.of("a_h", "b_h"), "h_n", Map.of("axis", 0L));
    for (var index : List.of("-1", "0")) {
      var file = graph(zeros(), List.of(states,
          node("Gather", List.of("h_n", index), "last", Map.of("axis", 0L)),
          node("Gemm", List.of("last", "V", "c"), "logits", Map.of("transB", 1L)), softmax(-1)),
          "p");
      if (index.equals("-1")) {
        assertComputes(file);
      } else {
        assertRefused(file, "(Gather)");
      }
    }
  }

  /// An output layer that reads a layer below, and a graph that puts out something else.
  @Test
  void theOutputLayerReadsTheLastLayerAndIsPutOut() throws IOException {
    assertRefused(graph(zeros(), List.of(
        node("Squeeze", List.of("a_h", "first axis"), "last", Map.of()),
        node("Gemm", List.of("last", "V", "c"), "p", Map.of("transB", 1L))), "p"), "(Gemm)");
    assertRefused(graph(zeros(), ends(1, softmax(-1)), "a_h"), "not the end of its layers");
  }

  @Test
  void anExportOfOursHasItsVocabularyLabelsAndNumbers() throws IOException {
    var model = filled(SequenceToVector.of(Inputs.tokens(Tokens.of(List.of("x", "y"))),
        RecurrentStack.of(Gru.cell(), 4), Outputs.labels(List.of("no", "yes"))));
    var back = again(model, Form.SEQUENCE_TO_VECTOR);
    assertThat(back.architecture()).isEqualTo(model.architecture());
    var numbers = filled(SequenceToVector.of(Inputs.features(2),
        RecurrentStack.of(Gru.cell(), 4), Outputs.numbers(3)));
    assertThat(again(numbers, Form.SEQUENCE_TO_VECTOR).architecture())
        .isEqualTo(numbers.architecture());
    var scaling = new Scaling(new double[] {1, 2}, new double[] {3, 4});
    var scaled = filled(SequenceToVector.of(Inputs.features(2).scaled(scaling),
        RecurrentStack.of(Gru.cell(), 4), Outputs.numbers(3)));
    assertThatThrownBy(() -> again(scaled, Form.SEQUENCE_TO_VECTOR))
        .isInstanceOf(FormatException.class).hasMessageContaining("scales numbers")
        .hasMessageContaining("features");
  }
}
