package dev.unroll.onnx.operator;

import dev.unroll.onnx.array.ElementType;
import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.SmallValues;
import dev.unroll.tensor.Precision;

/// Weights rounded to a precision, each row with a scale of its own: what one sum is made of.
public final class RoundedWeights {
  private RoundedWeights() {}

  /// Rounds weights, which become small; leaves them as they are if one is not finite.
  ///
  /// @param inner the elements of a row, one behind another; 1 if the array is a matrix of which
  ///     each column is a row of weights
  /// @param precision bfloat16 or int8
  public static NdArray of(NdArray weights, int inner, Precision precision) {
    float[] w = weights.floats();
    for (float element : w) {
      if (!Float.isFinite(element)) {
        return weights;
      }
    }
    return NdArray.of(ElementType.FLOAT, weights.shape(),
        precision == Precision.BFLOAT16 ? halves(w)
            : inner == 1 ? scaled(w, 1, weights.size(weights.axes() - 1))
                : scaled(w, inner, w.length / inner));
  }

  private static SmallValues halves(float[] w) {
    var upper = new short[w.length];
    for (int i = 0; i < upper.length; i++) {
      upper[i] = Precision.bfloat16(w[i]);
    }
    return new SmallValues.Halves(upper);
  }

  private static SmallValues scaled(float[] w, int inner, int rows) {
    int length = w.length / rows;
    int stride = inner == 1 ? rows : 1;
    var bytes = new byte[w.length];
    var scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      int first = row * inner;
      float scale = Precision.INT8.scale(w, first, length, stride);
      for (int k = 0, at = first; k < length; k++, at += stride) {
        bytes[at] = Precision.int8(w[at], scale);
      }
      scales[row] = scale == 0 ? 1 : scale; // zeros have any scale, so take a power of two
    }
    return new SmallValues.Scaled(new SmallValues.Bytes(bytes, true), scales, new int[rows], inner);
  }
}
