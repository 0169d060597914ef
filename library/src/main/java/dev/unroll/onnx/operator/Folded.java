package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.NdArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An operator whose first input has samples along its first axis, each of which is computed by
/// itself: streams are just more samples.
record Folded(Operator operator) implements Operator {

  static Factory of(Factory factory) {
    return (node, setting) -> new Folded(factory.of(node, setting));
  }

  @Override
  public @Nullable NdArray[] run(Inputs inputs) {
    return operator.run(inputs);
  }

  @Override
  public @Nullable Streams runStreams(Inputs inputs, boolean[] stacked, int streams) {
    for (int i = 1; i < stacked.length; i++) {
      if (stacked[i]) {
        return null;
      }
    }
    var x = inputs.get(0);
    if (x.axes() < 3) {
      return null;
    }
    int samples = x.size(1);
    var folded = inputs.toArray();
    var shape = Arrays.copyOfRange(x.shape(), 1, x.axes());
    shape[0] = Math.multiplyExact(streams, samples);
    folded[0] = x.reshaped(shape);
    var outputs = operator.run(new Inputs(folded));
    var unfolded = new NdArray[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      var output = outputs[i];
      if (output != null) {
        unfolded[i] = unfolded(output, streams, samples);
      }
    }
    return new Streams(unfolded, true);
  }

  private static NdArray unfolded(NdArray output, int streams, int samples) {
    var shape = new int[output.axes() + 1];
    shape[0] = streams;
    shape[1] = samples;
    System.arraycopy(output.shape(), 1, shape, 2, output.axes() - 1);
    return output.reshaped(shape);
  }
}
