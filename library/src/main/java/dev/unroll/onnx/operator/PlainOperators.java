package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.operator.Operator.Factory;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Map;
import java.util.TreeMap;

/// All operators that are not recurrent and have no graphs, by name.
public final class PlainOperators {
  private static final Map<String, Factory> ALL = new TreeMap<>();

  static {
    ALL.put("Constant", PlainOperators::constant);
    ALL.put("Identity", (_, _) -> Operator.one(in -> in.get(0)));
  }

  private PlainOperators() {}

  /// The operators.
  public static Map<String, Factory> all() {
    return ALL;
  }

  private static Operator constant(NodeDef node, Operator.Setting setting) {
    var attributes = node.attributes();
    var tensor = attributes.tensor("value");
    if (tensor == null) {
      var integers = attributes.integers("value_ints");
      var texts = attributes.texts("value_strings");
      tensor = attributes.has("value_float")
          ? NdArray.of(new int[0], attributes.real("value_float", 0))
          : attributes.has("value_int")
              ? NdArray.vector(attributes.integer("value_int", 0)).reshaped()
              : attributes.has("value_string")
                  ? NdArray.of(new int[0], attributes.text("value_string", ""))
                  : attributes.has("value_floats")
                      ? NdArray.of(new int[] {attributes.reals("value_floats").length},
                          attributes.reals("value_floats"))
                      : integers != null
                          ? NdArray.vector(integers.stream().mapToLong(i -> i).toArray())
                          : texts != null ? NdArray.of(new int[] {texts.size()},
                              texts.toArray(String[]::new)) : null;
    }
    if (tensor == null) {
      throw new Refusal("there is no value of a kind that is supported");
    }
    var value = tensor;
    return _ -> new NdArray[] {value};
  }
}
