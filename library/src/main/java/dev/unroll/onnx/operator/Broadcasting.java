package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An operator of single elements, of which the inputs are broadcast against each other: streams
/// are just one more axis in front.
///
/// @param others whether the inputs behind the first may be stacked
record Broadcasting(Operator operator, boolean others) implements Operator {

  static Factory of(Factory factory) {
    return (node, setting) -> new Broadcasting(factory.of(node, setting), true);
  }

  /// Of a factory whose operators read one number alone of all inputs but the first.
  static Factory ofFirst(Factory factory) {
    return (node, setting) -> new Broadcasting(factory.of(node, setting), false);
  }

  @Override
  public @Nullable NdArray[] run(Inputs inputs) {
    return operator.run(inputs);
  }

  @Override
  public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    for (int i = 1; i < stacked.length && !others; i++) {
      if (stacked[i]) {
        return null;
      }
    }
    return new Streams(operator.run(aligned(inputs, stacked)), true);
  }

  /// The inputs with axes of size 1 behind that of the streams, where others have more axes.
  static Inputs aligned(Inputs inputs, boolean[] stacked) {
    int most = 0;
    for (int i = 0; i < inputs.count(); i++) {
      var input = inputs.orNull(i);
      most = Math.max(most, input == null ? 0 : input.axes() - (stacked[i] ? 1 : 0));
    }
    var aligned = inputs.toArray();
    for (int i = 0; i < aligned.length; i++) {
      var input = aligned[i];
      if (input != null && stacked[i] && input.axes() < most + 1) {
        var shape = new int[most + 1];
        Arrays.fill(shape, 1);
        shape[0] = input.size(0);
        int own = input.axes() - 1;
        System.arraycopy(input.shape(), 1, shape, shape.length - own, own);
        aligned[i] = input.reshaped(shape);
      }
    }
    return new Inputs(aligned);
  }
}
