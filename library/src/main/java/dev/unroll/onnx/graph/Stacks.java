package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import dev.unroll.onnx.array.Refusal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The outputs of many streams, put together stream by stream; each must have one shape.
final class Stacks {
  private final @Nullable NdArray[] firsts;
  private final @Nullable Object[] elements;
  private final int streams;

  Stacks(int outputs, int streams) {
    this.streams = streams;
    firsts = new NdArray[outputs];
    elements = new Object[outputs];
  }

  /// The outputs of stream `s`, from the first stream on.
  void add(int s, @Nullable NdArray[] outputs) {
    for (int i = 0; i < firsts.length && i < outputs.length; i++) {
      var output = outputs[i];
      if (output == null) {
        continue;
      }
      var first = firsts[i];
      if (s == 0) {
        first = output;
        firsts[i] = output;
        elements[i] = NdArray.allocate(output.type(),
            Math.multiplyExact(streams, output.length()));
      }
      var to = elements[i];
      if (first == null || to == null || first.type() != output.type()
          || !Arrays.equals(first.shape(), output.shape())) {
        throw Refusal.of("output %d is %s for the first stream and %s for stream %d; streams with"
            + " outputs of different shapes cannot be run together, so run them one by one", i,
            first, output, s);
      }
      System.arraycopy(output.elements(), 0, to, s * output.length(), output.length());
    }
  }

  /// All outputs, stacked.
  @Nullable
  NdArray[] arrays() {
    var arrays = new NdArray[firsts.length];
    for (int i = 0; i < arrays.length; i++) {
      var first = firsts[i];
      var all = elements[i];
      if (first != null && all != null) {
        arrays[i] = NdArray.of(first.type(), wider(first, streams), all);
      }
    }
    return arrays;
  }

  private static int[] wider(NdArray array, int streams) {
    var shape = new int[array.axes() + 1];
    shape[0] = streams;
    System.arraycopy(array.shape(), 0, shape, 1, array.axes());
    return shape;
  }

  /// What a stacked array has for stream `s`.
  static NdArray entry(NdArray stacked, int s) {
    var shape = Arrays.copyOfRange(stacked.shape(), 1, stacked.axes());
    int length = NdShape.elements(shape);
    var own = NdArray.allocate(stacked.type(), length);
    System.arraycopy(stacked.elements(), s * length, own, 0, length);
    return NdArray.of(stacked.type(), shape, own);
  }

  /// The same for each stream.
  static NdArray repeated(NdArray array, int streams) {
    var stacks = new Stacks(1, streams);
    for (int s = 0; s < streams; s++) {
      stacks.add(s, new NdArray[] {array});
    }
    return java.util.Objects.requireNonNull(stacks.arrays()[0]);
  }
}
