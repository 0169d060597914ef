package dev.unroll.onnx.graph;

import static java.util.Objects.requireNonNull;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.onnx.operator.Convolution;
import dev.unroll.onnx.operator.RoundedWeights;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.tensor.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes constants small that nodes read as weights and nothing else reads: integers of one byte
/// stay that, and floats are rounded to a precision if one is asked for. Both take no more memory
/// afterwards than their elements.
final class ConstantWeights {
  /// Constants of fewer elements are left as they are.
  private static final int LEAST = 64;

  private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");
  private static final String MICROSOFT = "com.microsoft";

  private final Precision precision;
  private final Map<String, List<Use>> uses = new HashMap<>();
  private final Set<String> visible = new HashSet<>();

  /// An input of a node.
  private record Use(NodeDef node, int input) {

    boolean is(String operator, int number) {
      return node.domain().isEmpty() && node.operator().equals(operator) && input == number;
    }

    /// Whether it is a convolution that is a product of matrices. One of few channels in each
    /// group, such as a depthwise one, reads its floats in every run.
    boolean isConvolution(NdArray weights) {
      return is("Conv", 1) && weights.axes() > 2 && weights.size(0) >= Convolution.FEW_CHANNELS
          * Math.max(1, node.attributes().integer("group", 1));
    }

    boolean isRecurrent() {
      return node.domain().isEmpty() && RECURRENT.contains(node.operator()) && isMatrix();
    }

    boolean isQuantizedLstm() {
      return node.domain().equals(MICROSOFT) && node.operator().equals("DynamicQuantizeLSTM")
          && isMatrix();
    }

    private boolean isMatrix() {
      return input == 1 || input == 2;
    }
  }

  private ConstantWeights(GraphDef graph, Precision precision) {
    this.precision = precision;
    graph.inputs().forEach(input -> visible.add(input.name()));
    visit(graph);
  }

  /// The graph with small constants.
  static GraphDef small(GraphDef graph, Precision precision) {
    var weights = new ConstantWeights(graph, precision);
    var constants = new LinkedHashMap<String, NdArray>();
    graph.initializers().forEach((name, value) -> constants.put(name, weights.small(name, value)));
    return new GraphDef(graph.name(), graph.nodes(), constants, graph.inputs(), graph.outputs());
  }

  /// Notes what reads a name, also in graphs within. A name that is defined anew there counts as
  /// the same, which at worst leaves a constant large.
  private void visit(GraphDef graph) {
    graph.outputs().forEach(output -> visible.add(output.name()));
    for (var node : graph.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        uses.computeIfAbsent(node.inputs().get(i), _ -> new ArrayList<>()).add(new Use(node, i));
      }
      node.attributes().graphs().forEach(this::visit);
    }
  }

  private NdArray small(String name, NdArray value) {
    var its = uses.getOrDefault(name, List.of());
    if (visible.contains(name) || its.isEmpty() || value.length() < LEAST) {
      return value;
    }
    boolean bytes = value.type() == ElementType.INT8 || value.type() == ElementType.UINT8;
    if (bytes && its.stream().allMatch(use -> use.isQuantizedLstm() || isDequantized(use, value))) {
      return NdArray.of(value.type(), value.shape(), SmallValues.Bytes.of(value));
    }
    if (precision == Precision.FLOAT32 || value.type() != ElementType.FLOAT) {
      return value;
    }
    var inner = new HashSet<Integer>();
    for (var use : its) {
      inner.add(inner(use, value));
    }
    int one = inner.size() == 1 ? inner.iterator().next() : 0;
    return one == 0 ? value : RoundedWeights.of(value, one, precision);
  }

  /// Whether it becomes floats that are read as weights alone.
  private boolean isDequantized(Use use, NdArray value) {
    if (!use.is("DequantizeLinear", 0) || use.node().outputs().size() != 1) {
      return false;
    }
    var output = use.node().outputs().getFirst();
    return !visible.contains(output) && requireNonNull(uses.getOrDefault(output, List.of()))
        .stream().allMatch(it -> it.isRecurrent() || it.is("MatMul", 1) || it.is("Gemm", 1)
            || it.isConvolution(value));
  }

  /// The elements of a row of weights that lie together, of which each makes one sum: 1 if rows are
  /// the columns of the matrix; 0 if they are no weights of a product.
  private static int inner(Use use, NdArray value) {
    int axes = value.axes();
    if (use.isRecurrent()) {
      return axes == 3 ? value.size(2) : 0;
    }
    if (use.is("MatMul", 1)) {
      return axes == 2 ? 1 : 0;
    }
    if (use.is("Gemm", 1) && axes == 2) {
      return use.node().attributes().flag("transB", false) ? value.size(1) : 1;
    }
    return use.isConvolution(value) ? value.length() / value.size(0) : 0;
  }
}
