package dev.unroll.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.proto.ValueDef;
import dev.unroll.tensor.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which constants of a graph are made small.
class ConstantWeightsTest {
  private static final NodeDef PRODUCT = node("MatMul", List.of("x", "w"), "y");
  private static final NodeDef DEQUANTIZED = node("DequantizeLinear", List.of("q", "s"), "w");

  private static NodeDef node(String operator, List<String> inputs, String output) {
    return new NodeDef("", operator, "", inputs, List.of(output), Attributes.NONE);
  }

  private static SmallValues small(String name, Precision precision, NodeDef... nodes) {
    return small(name, precision, "y", nodes);
  }

  /// The constant after it was looked at; null if it has not become small.
  private static SmallValues small(String name, Precision precision, String output,
      NodeDef... nodes) {
    var constants = new LinkedHashMap<String, NdArray>();
    boolean bytes = name.equals("q");
    boolean ofMatrix = nodes[nodes.length - 1].attributes().integer("group", 0) == 0;
    int[] shape = ofMatrix ? new int[] {8, 9} : new int[] {8, 3, 3};
    constants.put(name, bytes ? NdArray.of(ElementType.INT8, shape, new long[72])
        : NdArray.of(shape, new float[72]));
    var graph = new GraphDef("g", List.of(nodes), constants,
        List.of(new ValueDef("x", null, null)), List.of(new ValueDef(output, null, null)));
    return ConstantWeights.small(graph, precision).initializers().get(name).small();
  }

  /// They were eight bytes each, and their floats four more.
  @Test
  void bytesThatBecomeWeightsStayBytes() {
    assertThat(small("q", Precision.FLOAT32, DEQUANTIZED, PRODUCT))
        .isInstanceOf(SmallValues.Bytes.class);
    var quantized = new NodeDef("", "DynamicQuantizeLSTM", "com.microsoft", List.of("x", "q"),
        List.of("y"), Attributes.NONE);
    assertThat(small("q", Precision.FLOAT32, quantized)).isInstanceOf(SmallValues.Bytes.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void floatsAreRoundedIfThatIsAsked(Precision precision) {
    assertThat(small("w", precision, PRODUCT)).isNotNull();
    assertThat(small("w", Precision.FLOAT32, PRODUCT)).isNull();
  }

  /// Others read the numbers of the file: as they are, and as Java arrays in each run.
  @ParameterizedTest
  @ValueSource(strings = {"Add", "Transpose", "Reshape"})
  void whatOthersReadIsLeft(String operator) {
    var other = node(operator, List.of("w"), "z");
    assertThat(small("w", Precision.INT8, PRODUCT, other)).isNull();
    assertThat(small("q", Precision.INT8, DEQUANTIZED, PRODUCT, other)).isNull();
    assertThat(small("q", Precision.INT8, DEQUANTIZED, PRODUCT,
        node(operator, List.of("q"), "z"))).isNull();
  }

  /// A depthwise convolution is no product of matrices and would make floats anew in each run.
  @Test
  void whatNarrowConvolutionsReadIsLeft() {
    for (long groups : new long[] {1, 2, 8}) {
      var convolution = new NodeDef("", "Conv", "", List.of("x", "w"), List.of("y"),
          new Attributes(Map.of("group", groups)));
      boolean left = groups == 8;
      assertThat(small("w", Precision.INT8, convolution) == null).isEqualTo(left);
      assertThat(small("q", Precision.FLOAT32, DEQUANTIZED, convolution) == null).isEqualTo(left);
    }
  }

  @Test
  void whatIsAnOutputOrTheLeftFactorIsLeft() {
    assertThat(small("w", Precision.INT8, "w", PRODUCT)).isNull();
    assertThat(small("q", Precision.INT8, "w", DEQUANTIZED, PRODUCT)).isNull();
    assertThat(small("w", Precision.INT8, node("MatMul", List.of("w", "x"), "y"))).isNull();
  }

  /// A graph within reads names of those around it.
  @Test
  void whatAGraphWithinReadsIsLeft() {
    var within = new GraphDef("within", List.of(node("Add", List.of("w", "w"), "z")),
        new LinkedHashMap<>(), new ArrayList<>(), List.of(new ValueDef("z", null, null)));
    var branch = new NodeDef("", "If", "", List.of("x"), List.of("z"),
        new Attributes(Map.of("then_branch", within)));
    assertThat(small("w", Precision.INT8, PRODUCT, branch)).isNull();
  }

  /// Rows that are read in two ways have no scale that suits both.
  @Test
  void whatIsReadAsRowsAndAsColumnsIsLeft() {
    var turned = new NodeDef("", "Gemm", "", List.of("x", "w"), List.of("z"),
        new Attributes(Map.of("transB", 1L)));
    assertThat(small("w", Precision.INT8, turned)).isNotNull();
    assertThat(small("w", Precision.INT8, turned, PRODUCT)).isNull();
  }
}
