package dev.unroll.exchange.onnx;

import dev.unroll.exchange.network.DenseWeights;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.exchange.onnx.ChainValue.Kind;
import dev.unroll.format.FormatException;
import dev.unroll.layer.Merge;
import dev.unroll.model.Outputs;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows the data from the input of a graph to its output, and refuses every node on the way that
/// is no layer of a chain. Of each value it is known which axis is which ([ChainValue]).
///
/// | node | is |
/// | --- | --- |
/// | Gather of a constant matrix by the input | the table of the symbols' vectors |
/// | RNN, GRU, LSTM | a layer; its Y_h is the state after the last step |
/// | Gather of the last of its steps | the same, in one direction |
/// | Concat of all Y_h, and Gather of the last | the same: `h_n[-1]` |
/// | Gather and Concat, or Transpose and Reshape | two directions side by side |
/// | Gemm, or MatMul and Add | the output layer |
/// | Softmax, Sigmoid, LogSoftmax at the end | what the loss does: classes, or bits |
/// | Transpose, Squeeze, Unsqueeze, Reshape, Flatten, Identity, Cast, Dropout | a change of layout |
final class ChainReader {
  private static final Set<String> ENDS = Set.of("Softmax", "LogSoftmax", "Sigmoid");

  /// Before this version of the operators, Softmax is over an axis and all that follow.
  private static final long SOFTMAX_OF_ONE_AXIS = 13;

  private final String source;
  private final GraphDef graph;
  private final long opset;
  private final Map<String, NdArray> constants;
  private final Zeros zeros;
  private final Map<String, ChainValue> values = new HashMap<>();
  /// Of values that are symbols, the node behind which they can be nothing else.
  private final Map<String, NodeDef> symbolsFrom = new HashMap<>();
  private final List<RecurrentWeights> layers = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private @Nullable Weight table;
  private @Nullable Weight matrix;
  private @Nullable Weight bias;
  private String denseName = "";
  private @Nullable String end;

  /// @param opset the version of the operators
  ChainReader(String source, GraphDef graph, long opset) {
    this.source = source;
    this.graph = graph;
    this.opset = opset;
    constants = new HashMap<>(graph.initializers());
    zeros = new Zeros(constants);
  }

  ForeignNetwork network() throws FormatException {
    for (var input : graph.inputs()) {
      if (!constants.containsKey(input.name())) {
        values.put(input.name(), ChainValue.INPUT);
      }
    }
    for (var node : graph.nodes()) {
      if (!node.domain().isEmpty()) {
        throw refused(node, "is of another domain");
      }
      follow(node);
    }
    if (layers.isEmpty()) {
      throw new Refusal("there is no RNN, GRU or LSTM node");
    }
    var result = result();
    var output = matrix == null ? null
        : new DenseWeights(denseName, matrix,
            bias == null ? Weight.zeros(matrix.rows(), "bias") : bias, false);
    return new ForeignNetwork(source, table, layers, output, List.of(), remarks,
        result.hasSteps() ? Form.SEQUENCE_TO_SEQUENCE : Form.SEQUENCE_TO_VECTOR,
        result.kind() == Kind.END ? outputs() : null, null, Merge.CONCATENATE);
  }

  /// What the graph puts out: the end of the chain, or the states of the last layer.
  private ChainValue result() {
    var all = graph.outputs().stream().map(output -> values.getOrDefault(output.name(),
        ChainValue.ASIDE)).toList();
    var kinds = matrix == null ? List.of(Kind.STATES)
        : List.of(Kind.END, Kind.OUTPUT, Kind.PRODUCT);
    for (var kind : kinds) {
      for (var value : all) {
        if (value.kind() == kind && value.layer() == layers.size() - 1) {
          return value;
        }
      }
    }
    throw new Refusal("what it puts out is not the end of its layers");
  }

  private @Nullable Outputs outputs() {
    if (matrix == null || end == null) {
      return null;
    }
    return end.equals("Sigmoid") ? Outputs.bits(matrix.rows()) : Outputs.classes(matrix.rows());
  }

  private ChainValue value(String name) {
    return values.getOrDefault(name, ChainValue.ASIDE);
  }

  private void put(NodeDef node, ChainValue value) {
    node.outputs().forEach(name -> values.put(name, value));
  }

  private void follow(NodeDef node) throws FormatException {
    var constant = node.operator().equals("Constant") ? node.attributes().tensor("value") : null;
    if (constant != null) {
      constants.put(node.outputs().getFirst(), constant);
      return;
    }
    zeros.follow(node);
    var data = value(node.input(0));
    switch (node.operator()) {
      case "Shape", "Constant", "Size" -> put(node, ChainValue.ASIDE);
      case "Gather" -> gather(node);
      case "RNN", "GRU", "LSTM" -> layer(node);
      case "Gemm", "MatMul" -> product(node);
      case "Add" -> add(node);
      default -> {
        if (node.inputs().stream().allMatch(this::isAside)) {
          put(node, ChainValue.ASIDE);
        } else if (LayoutNode.has(node.operator()) && data.isData()) {
          var value = new LayoutNode(node, constants, features()).of(data);
          if (value.kind() == Kind.SYMBOLS) {
            var from = symbolsFrom.getOrDefault(node.input(0), node);
            node.outputs().forEach(name -> symbolsFrom.put(name, from));
          }
          put(node, value);
        } else if (node.operator().equals("Concat")) {
          put(node, joined(node));
        } else
          if (ENDS.contains(node.operator())
              && (data.kind() == Kind.OUTPUT || data.kind() == Kind.PRODUCT)) {
                end(node, data);
              } else {
                throw refused(node, "is no layer");
              }
      }
    }
  }

  private void end(NodeDef node, ChainValue data) {
    int axis = data.axes().indexOf('C');
    if (!node.operator().equals("Sigmoid")) {
      boolean isOfOne = opset >= SOFTMAX_OF_ONE_AXIS;
      if (data.place(node.attributes().integer("axis", isOfOne ? -1 : 1)) != axis
          || !isOfOne && axis != data.axes().length() - 1) {
        throw refused(node, "is over another axis than that of the outputs");
      }
      if (data.width() == 1) {
        throw refused(node, "is of one number, so that it is always 1");
      }
    }
    if (end != null) {
      throw refused(node, "is a second end");
    }
    end = node.operator();
    remarks.add("%s at the end is what our outputs do by their loss: they are %s".formatted(end,
        end.equals("Sigmoid") ? "bits" : "classes"));
    put(node, data.of(Kind.END));
  }

  /// Two directions side by side, or the states of all layers one above the other.
  private ChainValue joined(NodeDef node) {
    var parts = node.inputs().stream().map(this::value).toList();
    var first = parts.getFirst();
    int axis = first.place(node.attributes().integer("axis", 0));
    if (parts.equals(List.of(first.of(Kind.FORWARD), first.of(Kind.BACKWARD)))
        && first.axes().endsWith("H") && axis == first.axes().length() - 1) {
      return first.ending(Kind.STATES, 'H', 2 * first.width());
    }
    boolean isAllStates = parts.size() == layers.size() && axis == 0;
    for (int l = 0; l < parts.size(); l++) {
      var part = parts.get(l);
      isAllStates &= part.kind() == Kind.STATES && part.axes().equals("DBH") && part.layer() == l;
    }
    if (isAllStates) {
      return parts.getLast().with("LBH");
    }
    throw refused(node, "joins what are neither the two directions of a layer nor the last states"
        + " of all layers");
  }

  private boolean isAside(String name) {
    return name.isEmpty() || constants.containsKey(name) || !value(name).isData();
  }

  private static Refusal refused(NodeDef node, String why) {
    return Refusal.of("%s %s", node.place(), why);
  }

  private void gather(NodeDef node) throws FormatException {
    var array = constants.get(node.input(0));
    if (array != null && array.axes() == 2 && isSymbols(value(node.input(1)))
        && node.attributes().integer("axis", 0) == 0 && table == null) {
      table = Weight.all(OnnxNetwork.tensor(node.input(0), array));
      put(node, ChainValue.vectors(table.columns()));
    } else if (isAside(node.input(0)) && isAside(node.input(1))) {
      put(node, ChainValue.ASIDE);
    } else {
      put(node, taken(node, constants.get(node.input(1))));
    }
  }

  private static boolean isSymbols(ChainValue value) {
    return value.kind() == Kind.INPUT || value.kind() == Kind.SYMBOLS;
  }

  /// The size of the last axis of the first input; −1 if it is free or the file does not say.
  private long features() {
    for (var input : graph.inputs()) {
      var shape = input.shape();
      if (!constants.containsKey(input.name()) && shape != null && !shape.isEmpty()) {
        var last = shape.getLast();
        return last.matches("\\d{1,9}") ? Long.parseLong(last) : -1;
      }
    }
    return -1;
  }

  /// What is taken of a layer's outputs.
  private ChainValue taken(NodeDef node, @Nullable NdArray index) {
    var data = value(node.input(0));
    int place = data.place(node.attributes().integer("axis", 0));
    if (index != null && index.length() == 1 && place >= 0) {
      var left = data.with(data.axes().substring(0, place) + (index.axes() == 0 ? "" : "U")
          + data.axes().substring(place + 1));
      var kind = taken(data, data.axes().charAt(place), index.integer());
      if (kind != null) {
        return left.of(kind);
      }
    }
    throw refused(node, "takes neither vectors of symbols, nor a direction, nor the last step of"
        + " one%s".formatted(place >= 0 && data.axes().charAt(place) == 'B'
            ? ": its axis is that of the sequences of a batch"
            : ""));
  }

  /// What one element of an axis is; null if it is nothing that a chain has.
  private @Nullable Kind taken(ChainValue data, char axis, long at) {
    int directions = data.directions();
    return switch (axis) {
      case 'T' -> switch (data.kind()) {
        case STATES -> at == -1 && directions == 1 ? Kind.STATES : null;
        case FORWARD -> at == -1 ? Kind.FORWARD : null;
        case BACKWARD -> at == 0 ? Kind.BACKWARD : null;
        default -> null;
      };
      case 'D' -> direction(directions, at < 0 ? at + directions : at);
      case 'L' -> {
        long all = (long) directions * layers.size();
        yield direction(directions, (at < 0 ? at + all : at) - (all - directions));
      }
      case 'U' -> at == 0 || at == -1 ? data.kind() : null;
      default -> null;
    };
  }

  private static @Nullable Kind direction(int directions, long at) {
    return at < 0 || at >= directions ? null
        : directions == 1 ? Kind.STATES : at == 0 ? Kind.FORWARD : Kind.BACKWARD;
  }

  private void layer(NodeDef node) throws FormatException {
    var data = value(node.input(0));
    boolean isBatchFirst = node.attributes().flag("layout", false);
    var from = symbolsFrom.get(node.input(0));
    if (layers.isEmpty() && from != null) {
      throw LayoutNode.refusedForVectors(from);
    }
    boolean isNext = layers.isEmpty()
        ? data.kind() == (table == null ? Kind.INPUT : Kind.VECTORS)
        : data.kind() == Kind.STATES && data.layer() == layers.size() - 1 && matrix == null
            && !data.isApart()
            && data.axes().replace('U', 'B').equals(isBatchFirst ? "BTH" : "TBH");
    if (!isNext) {
      throw refused(node, "does not read what the layer before it puts out");
    }
    layers.add(new OnnxLayer(node, constants).weights());
    for (int i = 4; i < node.inputs().size(); i++) {
      if (node.hasInput(i)) {
        before(node, i);
      }
    }
    var layer = layers.getLast();
    int directions = layer.directions().size();
    int hidden = layer.outputs() / directions;
    for (int i = 0; i < node.outputs().size(); i++) {
      var axes = i == 0 ? isBatchFirst ? "BTDH" : "TDBH" : isBatchFirst ? "BDH" : "DBH";
      values.put(node.outputs().get(i), i > 1 ? ChainValue.ASIDE
          : new ChainValue(Kind.STATES, axes, layers.size() - 1, directions, hidden));
    }
  }

  /// The lengths of sequences, or a state before the first step.
  private void before(NodeDef node, int i) {
    var name = node.input(i);
    var kind = value(name).kind();
    if (kind == Kind.INPUT || i == 4 && kind == Kind.SYMBOLS) {
      remarks.add("%s is an input of the graph; %s".formatted(name,
          i == 4 ? "our sequences know their lengths" : "our sequences begin with zeros"));
    } else if (i == 4 && !constants.containsKey(name) && isAside(name)) {
      remarks.add("%s is taken to be the whole length of the sequences".formatted(name));
    } else if (!zeros.has(name)) {
      throw refused(node, i == 4 ? "has lengths that are constant: " + name
          : "begins with a state that is not zero: " + name + "; our sequences begin with zeros");
    }
  }

  private void product(NodeDef node) throws FormatException {
    var data = value(node.input(0));
    var array = constants.get(node.input(1));
    if (data.kind() != Kind.STATES || data.layer() != layers.size() - 1 || data.isApart()
        || !data.axes().endsWith("H") || array == null || array.axes() != 2 || matrix != null) {
      throw refused(node, "is not the one product of the last layer's outputs with a constant");
    }
    boolean isGemm = node.operator().equals("Gemm");
    var attributes = node.attributes();
    if (isGemm && (attributes.flag("transA", false) || attributes.real("alpha", 1) != 1
        || attributes.real("beta", 1) != 1)) {
      throw refused(node, "scales or transposes");
    }
    var all = Weight.all(OnnxNetwork.tensor(node.input(1), array));
    matrix = isGemm && attributes.flag("transB", false) ? all : all.transposed();
    denseName = node.place();
    if (isGemm && node.hasInput(2)) {
      bias(node, node.input(2));
      put(node, data.ending(Kind.OUTPUT, 'C', matrix.rows()));
    } else {
      put(node, data.ending(Kind.PRODUCT, 'C', matrix.rows()));
    }
  }

  private void add(NodeDef node) throws FormatException {
    if (node.inputs().stream().allMatch(this::isAside)) {
      put(node, ChainValue.ASIDE);
      return;
    }
    int at = value(node.input(0)).kind() == Kind.PRODUCT ? 0 : 1;
    var data = value(node.input(at));
    if (data.kind() != Kind.PRODUCT || bias != null || !data.axes().endsWith("C")) {
      throw refused(node, "adds to what is no product");
    }
    bias(node, node.input(1 - at));
    put(node, data.of(Kind.OUTPUT));
  }

  private void bias(NodeDef node, String name) throws FormatException {
    var array = constants.get(name);
    if (matrix == null || array == null || array.axes() == 0 || array.length() != matrix.rows()
        || array.size(array.axes() - 1) != matrix.rows()) {
      throw refused(node, "has a bias that is no constant of a number for each output");
    }
    bias = Weight.all(OnnxNetwork.tensor(name, array.reshaped(matrix.rows())));
  }
}
