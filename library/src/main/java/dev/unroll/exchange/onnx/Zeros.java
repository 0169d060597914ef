package dev.unroll.exchange.onnx;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.proto.NodeDef;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The values of a graph that are zeros whatever it reads: constants, and what moves or repeats
/// zeros. Layers of ours begin with zeros, so no other state before the first step has a place.
final class Zeros {
  /// Nodes that put out elements of their first input.
  private static final Set<String> MOVES = Set.of("Cast", "Expand", "Flatten", "Gather",
      "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze");

  private final Map<String, NdArray> constants;
  private final Set<String> names = new HashSet<>();

  Zeros(Map<String, NdArray> constants) {
    this.constants = constants;
  }

  /// Whether a value is zeros.
  boolean has(String name) {
    var array = constants.get(name);
    return array == null ? names.contains(name) : isZero(array);
  }

  private static boolean isZero(NdArray array) {
    if (array.elements() instanceof String[]) {
      return false;
    }
    for (int i = 0; i < array.length(); i++) {
      if (array.number(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Notes what a node puts out.
  void follow(NodeDef node) {
    boolean isZero;
    if (node.operator().equals("ConstantOfShape")) {
      var value = node.attributes().tensor("value");
      isZero = value == null || isZero(value);
    } else if (node.operator().equals("Concat")) {
      isZero = node.inputs().stream().allMatch(this::has);
    } else {
      isZero = MOVES.contains(node.operator()) && has(node.input(0));
    }
    if (isZero) {
      names.addAll(node.outputs());
    }
  }
}
