package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;

/// The memory of the output of a node, which its next run writes again, unless the node is in the
/// body of a loop, where the output of one round may be an input of the next.
final class Reused {
  private final boolean always;
  private float[] floats = {};

  Reused(Operator.Setting setting) {
    always = !setting.repeats();
  }

  /// Memory for so many numbers; they are what they were.
  float[] floats(int length) {
    // Memory that is used again counts like any other.
    NdArray.requireRoom(length);
    if (floats.length != length || !always) {
      floats = (float[]) NdArray.allocate(ElementType.FLOAT, length);
    }
    return floats;
  }
}
