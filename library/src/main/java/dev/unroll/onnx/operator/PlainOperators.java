package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;
import java.util.Map;
import java.util.TreeMap;

/// All operators that are not recurrent and have no graphs, by name.
public final class PlainOperators {
  private static final Map<String, Operator.Factory> ALL = new TreeMap<>();

  static {
    ALL.putAll(ElementOperators.all());
    ALL.putAll(Layouts.all());
    ALL.putAll(Cuts.all());
    ALL.putAll(Products.all());
    ALL.putAll(Reductions.all());
    ALL.putAll(Quantization.all());
    ALL.putAll(ChannelOperators.all());
    ALL.put("Cast", Broadcasting.of(Casting::cast));
    ALL.put("Clip", Broadcasting.ofFirst(PlainOperators::clip));
    ALL.put("Conv", Folded.of(Convolution::conv));
    ALL.put("ConvTranspose", Folded.of(TransposedConvolution::of));
    ALL.put("Constant", PlainOperators::constant);
    ALL.put("Identity", Broadcasting.of((_, _) -> Operator.one(in -> in.get(0))));
  }

  private PlainOperators() {}

  /// The operators.
  public static Map<String, Operator.Factory> all() {
    return ALL;
  }

  private static Operator clip(NodeDef node, Operator.Setting setting) {
    var least = node.attributes().real("min", Float.NEGATIVE_INFINITY);
    var most = node.attributes().real("max", Float.POSITIVE_INFINITY);
    return Operator.one(in -> {
      double low = in.has(1) ? in.get(1).number(0) : least;
      double high = in.has(2) ? in.get(2).number(0) : most;
      return ElementOperators.unary(in.get(0), a -> Math.min(Math.max(a, low), high));
    });
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
