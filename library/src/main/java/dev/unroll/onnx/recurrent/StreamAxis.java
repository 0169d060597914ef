package dev.unroll.onnx.recurrent;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NdShape;
import java.util.Arrays;

/// The axis of many streams in front of an array, put into its axis of samples and taken out again:
/// `[S, …, B, …]` and `[…, S·B, …]`.
final class StreamAxis {
  private StreamAxis() {}

  /// @param axis that of the samples, in the array of one stream
  static NdArray folded(NdArray array, int axis) {
    int streams = array.size(0);
    var shape = Arrays.copyOfRange(array.shape(), 1, array.axes());
    int outer = NdShape.elements(Arrays.copyOf(shape, axis));
    shape[axis] = Math.multiplyExact(shape[axis], streams);
    return outer == 1 ? array.reshaped(shape)
        : swapped(array, streams, outer).reshaped(shape);
  }

  /// @param axis that of the samples of all streams
  static NdArray unfolded(NdArray array, int axis, int streams) {
    var shape = new int[array.axes() + 1];
    shape[0] = streams;
    System.arraycopy(array.shape(), 0, shape, 1, array.axes());
    shape[axis + 1] /= streams;
    int outer = NdShape.elements(Arrays.copyOf(array.shape(), axis));
    return outer == 1 ? array.reshaped(shape)
        : swapped(array, outer, streams).reshaped(shape);
  }

  /// The same array for each stream.
  static NdArray repeated(NdArray array, int streams) {
    var shape = new int[array.axes() + 1];
    shape[0] = streams;
    System.arraycopy(array.shape(), 0, shape, 1, array.axes());
    var to = NdArray.allocate(array.type(), NdShape.elements(shape));
    for (int s = 0; s < streams; s++) {
      System.arraycopy(array.elements(), 0, to, s * array.length(), array.length());
    }
    return NdArray.of(array.type(), shape, to);
  }

  /// `[n, m, …]` as `[m, n, …]`.
  private static NdArray swapped(NdArray array, int n, int m) {
    var to = NdArray.allocate(array.type(), array.length());
    int part = n * m == 0 ? 0 : array.length() / n / m;
    for (int i = 0; i < n && part > 0; i++) {
      for (int k = 0; k < m; k++) {
        System.arraycopy(array.elements(), (i * m + k) * part, to, (k * n + i) * part, part);
      }
    }
    return NdArray.of(array.type(), new int[] {array.length()}, to);
  }
}
