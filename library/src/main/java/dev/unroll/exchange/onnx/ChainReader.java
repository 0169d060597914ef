package dev.unroll.exchange.onnx;

import dev.unroll.exchange.network.DenseWeights;
import dev.unroll.exchange.network.ForeignNetwork;
import dev.unroll.exchange.network.NetworkModel.Form;
import dev.unroll.exchange.network.RecurrentWeights;
import dev.unroll.exchange.network.Weight;
import dev.unroll.format.FormatException;
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
/// is no layer of a chain.
///
/// | node | is |
/// | --- | --- |
/// | Gather of a constant matrix by the input | the table of the symbols' vectors |
/// | RNN, GRU, LSTM | a layer; its Y_h is the state after the last step |
/// | Gather of the last of its steps | the same, in one direction |
/// | Gather and Concat, or Transpose and Reshape | two directions side by side |
/// | Gemm, or MatMul and Add | the output layer |
/// | Softmax, Sigmoid, LogSoftmax at the end | what the loss does |
/// | Transpose, Squeeze, Unsqueeze, Reshape, Flatten, Identity, Cast, Dropout | a change of layout |
final class ChainReader {
  private static final Set<String> LAYOUTS = Set.of("Transpose", "Squeeze", "Unsqueeze", "Reshape",
      "Flatten", "Identity", "Cast", "Dropout");
  private static final Set<String> ENDS = Set.of("Softmax", "LogSoftmax", "Sigmoid");

  /// What a value is.
  private enum Role {
    INPUT, VECTORS, STEPS, LAST, PRODUCT, OUTPUT, END,
    /// Two directions, on an axis of their own: as the node puts them out, and moved behind the
    /// batch, where a reshape puts them side by side.
    BOTH_STEPS, BOTH_LAST, MOVED_STEPS, MOVED_LAST,
    /// One of two.
    FORWARD_STEPS, BACKWARD_STEPS, FORWARD_LAST, BACKWARD_LAST,
    /// Of no interest: computed from shapes, or a state at the end.
    ASIDE
  }

  private final String source;
  private final GraphDef graph;
  private final Map<String, NdArray> constants;
  private final Map<String, Role> roles = new HashMap<>();
  private final List<RecurrentWeights> layers = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private @Nullable Weight table;
  private @Nullable Weight matrix;
  private @Nullable Weight bias;
  private String denseName = "";
  private boolean last;

  ChainReader(String source, GraphDef graph) {
    this.source = source;
    this.graph = graph;
    constants = new HashMap<>(graph.initializers());
  }

  ForeignNetwork network() throws FormatException {
    for (var input : graph.inputs()) {
      if (!constants.containsKey(input.name())) {
        roles.put(input.name(), Role.INPUT);
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
    var output = matrix == null ? null
        : new DenseWeights(denseName, matrix,
            bias == null ? Weight.zeros(matrix.rows(), "bias") : bias, false);
    return new ForeignNetwork(source, table, layers, output, List.of(), remarks,
        last ? Form.SEQUENCE_TO_VECTOR : Form.SEQUENCE_TO_SEQUENCE);
  }

  private @Nullable Role role(String name) {
    return roles.get(name);
  }

  private void put(NodeDef node, Role role) {
    node.outputs().forEach(name -> roles.put(name, role));
  }

  private void follow(NodeDef node) throws FormatException {
    var constant = node.operator().equals("Constant") ? node.attributes().tensor("value") : null;
    if (constant != null) {
      constants.put(node.outputs().getFirst(), constant);
      return;
    }
    var data = role(node.input(0));
    switch (node.operator()) {
      case "Shape", "Constant", "Size" -> put(node, Role.ASIDE);
      case "Gather" -> gather(node);
      case "RNN", "GRU", "LSTM" -> layer(node);
      case "Gemm", "MatMul" -> product(node);
      case "Add" -> add(node);
      default -> {
        if (node.inputs().stream().allMatch(this::isAside)) {
          put(node, Role.ASIDE);
        } else if (LAYOUTS.contains(node.operator()) && data != null) {
          put(node, moved(node, data));
        } else if (node.operator().equals("Concat")) {
          put(node, joined(node));
        } else
          if (ENDS.contains(node.operator())
              && (data == Role.OUTPUT || data == Role.PRODUCT)) {
                remarks.add("%s at the end is what our outputs do by their loss"
                    .formatted(node.operator()));
                put(node, Role.END);
              } else {
                throw refused(node, "is no layer");
              }
      }
    }
  }

  /// A value in another layout. Two directions are side by side only if they were moved before.
  private static Role moved(NodeDef node, Role data) {
    boolean isTranspose = node.operator().equals("Transpose");
    boolean isReshape = node.operator().equals("Reshape") || node.operator().equals("Flatten");
    return switch (data) {
      case BOTH_STEPS, BOTH_LAST -> {
        if (!isTranspose) {
          throw refused(node, "does not put two directions side by side");
        }
        yield data == Role.BOTH_STEPS ? Role.MOVED_STEPS : Role.MOVED_LAST;
      }
      case MOVED_STEPS, MOVED_LAST -> {
        if (!isReshape) {
          throw refused(node, "does not put two directions side by side");
        }
        yield data == Role.MOVED_STEPS ? Role.STEPS : Role.LAST;
      }
      default -> data;
    };
  }

  private Role joined(NodeDef node) {
    var parts = node.inputs().stream().map(this::role).toList();
    if (parts.equals(List.of(Role.FORWARD_STEPS, Role.BACKWARD_STEPS))) {
      return Role.STEPS;
    }
    if (parts.equals(List.of(Role.FORWARD_LAST, Role.BACKWARD_LAST))) {
      return Role.LAST;
    }
    throw refused(node, "joins what are not the two directions of a layer");
  }

  private boolean isAside(String name) {
    return name.isEmpty() || role(name) == Role.ASIDE || constants.containsKey(name);
  }

  private static Refusal refused(NodeDef node, String why) {
    return Refusal.of("%s %s", node.place(), why);
  }

  private void gather(NodeDef node) throws FormatException {
    var array = constants.get(node.input(0));
    if (array != null && array.axes() == 2 && role(node.input(1)) == Role.INPUT
        && node.attributes().integer("axis", 0) == 0 && table == null) {
      table = Weight.all(OnnxNetwork.tensor(node.input(0), array));
      put(node, Role.VECTORS);
    } else if (isAside(node.input(0)) && isAside(node.input(1))) {
      put(node, Role.ASIDE);
    } else {
      put(node, taken(node, constants.get(node.input(1))));
    }
  }

  /// What is taken of a layer's outputs.
  private Role taken(NodeDef node, @Nullable NdArray index) {
    if (index != null && index.length() == 1) {
      long at = index.integer();
      long axis = node.attributes().integer("axis", 0);
      var data = role(node.input(0));
      if (data == Role.STEPS && at == -1 && layers.getLast().directions().size() == 1) {
        return Role.LAST;
      }
      if (data == Role.BOTH_STEPS && axis == 1 && at >= -2 && at < 2) {
        return at == 0 || at == -2 ? Role.FORWARD_STEPS : Role.BACKWARD_STEPS;
      }
      if (data == Role.BOTH_LAST && axis == 0 && at >= -2 && at < 2) {
        return at == 0 || at == -2 ? Role.FORWARD_LAST : Role.BACKWARD_LAST;
      }
    }
    throw refused(node, "takes neither vectors of symbols, nor a direction, nor the last step of"
        + " one");
  }

  private void layer(NodeDef node) throws FormatException {
    var data = role(node.input(0));
    boolean first = layers.isEmpty() && (data == Role.INPUT || data == Role.VECTORS);
    if (!first && (layers.isEmpty() || data != Role.STEPS)) {
      throw refused(node, "does not read what the layer before it puts out");
    }
    layers.add(new OnnxLayer(node, constants).weights());
    for (int i = 4; i < node.inputs().size(); i++) {
      if (node.hasInput(i) && role(node.input(i)) == Role.INPUT) {
        remarks.add("%s is an input of the graph; %s".formatted(node.input(i),
            i == 4 ? "our sequences know their lengths" : "our sequences begin with zeros"));
      } else if (node.hasInput(i) && !isZero(node.input(i))) {
        throw refused(node, "has " + node.input(i) + ", which are no zeros");
      }
    }
    boolean both = layers.getLast().directions().size() == 2;
    for (int i = 0; i < node.outputs().size(); i++) {
      roles.put(node.outputs().get(i), switch (i) {
        case 0 -> both ? Role.BOTH_STEPS : Role.STEPS;
        case 1 -> both ? Role.BOTH_LAST : Role.LAST;
        default -> Role.ASIDE;
      });
    }
  }

  private boolean isZero(String name) {
    var array = constants.get(name);
    if (array == null) {
      return role(name) == Role.ASIDE;
    }
    for (float value : array.asFloats()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private void product(NodeDef node) throws FormatException {
    var data = role(node.input(0));
    var array = constants.get(node.input(1));
    if (data != Role.STEPS && data != Role.LAST || array == null || array.axes() != 2
        || matrix != null) {
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
    last = data == Role.LAST;
    if (isGemm && node.hasInput(2)) {
      bias(node, node.input(2));
      put(node, Role.OUTPUT);
    } else {
      put(node, Role.PRODUCT);
    }
  }

  private void add(NodeDef node) throws FormatException {
    if (node.inputs().stream().allMatch(this::isAside)) {
      put(node, Role.ASIDE);
      return;
    }
    int data = role(node.input(0)) == Role.PRODUCT ? 0 : 1;
    if (role(node.input(data)) != Role.PRODUCT || bias != null) {
      throw refused(node, "adds to what is no product");
    }
    bias(node, node.input(1 - data));
    put(node, Role.OUTPUT);
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
