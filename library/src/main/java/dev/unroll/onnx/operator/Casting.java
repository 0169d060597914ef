package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.Refusal;
import dev.unroll.onnx.proto.NodeDef;

/// Changes the type of elements: a number with a fraction becomes an integer by leaving out its
/// fraction, and every number but 0 is true.
final class Casting {
  private Casting() {}

  static Operator cast(NodeDef node, Operator.Setting setting) {
    var type = ElementType.ofCode(node.attributes().integer("to", 0));
    return Operator.one(in -> cast(in.get(0), type));
  }

  static NdArray cast(NdArray a, ElementType type) {
    if (a.type() == type) {
      return a;
    }
    if (a.type() == ElementType.STRING || type == ElementType.STRING) {
      throw Refusal.of("%s cannot be cast to %s; texts are not supported", a, type.text());
    }
    var to = NdArray.allocate(type, a.length());
    for (int i = 0; i < a.length(); i++) {
      switch (to) {
        case float[] f -> f[i] = (float) a.number(i);
        case double[] d -> d[i] = a.number(i);
        default -> ((long[]) to)[i] = type == ElementType.BOOL ? a.number(i) != 0 ? 1 : 0
            : type.wrap(a.elements() instanceof long[] l ? l[i] : (long) a.number(i));
      }
    }
    return NdArray.of(type, a.shape(), to);
  }
}
