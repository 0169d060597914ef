package dev.unroll.onnx.export;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.proto.Attributes;
import dev.unroll.onnx.proto.GraphDef;
import dev.unroll.onnx.proto.NodeDef;
import dev.unroll.onnx.proto.ValueDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A graph of ONNX while it is put together. Values are known by their names, which are unique in
/// the graph and in those inside of it; constants lie in the outermost graph.
final class GraphBuilder {
  /// From this version on, the axes of ReduceMean, ReduceMax and ReduceMin are an input.
  private static final int AXES_ARE_INPUTS = 18;

  private final int opset;
  private final List<NodeDef> nodes = new ArrayList<>();
  private final List<ValueDef> inputs = new ArrayList<>();
  private final List<ValueDef> outputs = new ArrayList<>();
  private final SequencedMap<String, NdArray> constants;
  private final Map<List<?>, String> known;
  private final Set<String> names;

  GraphBuilder(int opset) {
    this.opset = opset;
    constants = new LinkedHashMap<>();
    known = new HashMap<>();
    names = new HashSet<>();
  }

  private GraphBuilder(GraphBuilder outer) {
    opset = outer.opset;
    constants = outer.constants;
    known = outer.known;
    names = outer.names;
  }

  /// A graph inside of this one, which may read its values.
  GraphBuilder inner() {
    return new GraphBuilder(this);
  }

  int opset() {
    return opset;
  }

  /// Declares an input.
  String input(String name, ElementType type, Object... shape) {
    inputs.add(value(name(name), type, shape));
    return inputs.getLast().name();
  }

  /// Declares an output, which has this name.
  void output(String name, String of, ElementType type, Object... shape) {
    outputs.add(value(name(name), type, shape));
    nodes.add(new NodeDef(outputs.getLast().name(), "Identity", "", List.of(of),
        List.of(outputs.getLast().name()), Attributes.NONE));
  }

  private static ValueDef value(String name, ElementType type, Object... shape) {
    return new ValueDef(name, type, List.of(shape).stream().map(String::valueOf).toList());
  }

  /// The graph inside of another one, without what nobody reads.
  GraphDef buildInner(String name) {
    return Needed.of(new GraphDef(name, List.copyOf(nodes), new LinkedHashMap<>(),
        List.copyOf(inputs), List.copyOf(outputs)));
  }

  /// The outermost graph, without what nobody reads.
  GraphDef build(String name) {
    return Needed.of(new GraphDef(name, List.copyOf(nodes), constants, List.copyOf(inputs),
        List.copyOf(outputs)));
  }

  /// The name itself, or with a number behind it if it is taken.
  private String name(String wish) {
    var name = wish;
    for (int i = 1; !names.add(name); i++) {
      name = wish + "_" + i;
    }
    return name;
  }

  /// Adds a node of one output, which is named after it.
  String node(String name, String operator, Map<String, Object> attributes, String... inputs) {
    return node(name, operator, attributes, List.of(""), inputs).getFirst();
  }

  /// Adds a node without attributes.
  String node(String name, String operator, String... inputs) {
    return node(name, operator, Map.of(), inputs);
  }

  /// Adds a node.
  ///
  /// @param outputs what is put behind the name of the node to name each; null for one that is left
  ///     out
  List<String> node(String name, String operator, Map<String, Object> attributes,
      List<@Nullable String> outputs, String... inputs) {
    var own = name(name);
    var results = outputs.stream().map(suffix -> suffix == null ? ""
        : suffix.isEmpty() ? own
            : name(own + "/" + suffix))
        .toList();
    nodes.add(new NodeDef(own, operator, "", List.of(inputs), results,
        new Attributes(new LinkedHashMap<>(attributes))));
    return results;
  }

  /// A constant; equal small ones are one.
  String constant(String name, NdArray array) {
    var key = new ArrayList<Object>();
    key.add(array.type());
    for (int size : array.shape()) {
      key.add(size);
    }
    if (array.length() > 8) {
      key.add(name(name));
      constants.put((String) key.getLast(), array);
      return (String) key.getLast();
    }
    key.add("of");
    for (int i = 0; i < array.length(); i++) {
      key.add(array.number(i));
    }
    return known.computeIfAbsent(key, _ -> {
      var own = name(name);
      constants.put(own, array);
      return own;
    });
  }

  /// A number of float32.
  String number(double value) {
    return constant("number", NdArray.of(new int[0], (float) value));
  }

  /// An integer.
  String integer(long value) {
    return constant("integer", NdArray.vector(value).reshaped());
  }

  /// A list of integers.
  String integers(long... values) {
    return constant("integers", NdArray.vector(values));
  }

  String add(String name, String a, String b) {
    return node(name, "Add", a, b);
  }

  /// With a new axis of size 1.
  String unsqueezed(String name, String of, int axis) {
    return node(name, "Unsqueeze", of, integers(axis));
  }

  /// Without an axis of size 1.
  String squeezed(String name, String of, int axis) {
    return node(name, "Squeeze", of, integers(axis));
  }

  String transposed(String name, String of, long... order) {
    return node(name, "Transpose", Map.of("perm", order), of);
  }

  /// In another shape: 0 for a size that stays, −1 for the one that is left.
  String reshaped(String name, String of, long... shape) {
    return node(name, "Reshape", of, integers(shape));
  }

  /// Side by side along an axis.
  String joined(String name, int axis, String... of) {
    return node(name, "Concat", Map.of("axis", (long) axis), of);
  }

  String cast(String name, String of, ElementType to) {
    return node(name, "Cast", Map.of("to", (long) to.code()), of);
  }

  /// The size of an axis, an integer.
  String size(String name, String of, int axis) {
    return node(name, "Gather", Map.of("axis", 0L), node(name + "/shape", "Shape", of),
        integer(axis));
  }

  /// A sum over an axis.
  String sum(String name, String of, int axis, boolean keeps) {
    return node(name, "ReduceSum", Map.of("keepdims", keeps ? 1L : 0L), of, integers(axis));
  }

  /// `ReduceMean` or `ReduceMax` over an axis.
  String reduced(String name, String operator, String of, int axis, boolean keeps) {
    var attributes = new LinkedHashMap<String, Object>();
    attributes.put("keepdims", keeps ? 1L : 0L);
    if (opset >= AXES_ARE_INPUTS) {
      return node(name, operator, attributes, of, integers(axis));
    }
    attributes.put("axes", new long[] {axis});
    return node(name, operator, attributes, of);
  }
}
