package dev.unroll.testkit;

import java.util.Arrays;

/// A tensor of a golden file.
///
/// @param shape  lengths of the axes, empty for a single number
/// @param values the numbers row by row, the last axis fastest; not copied
public record GoldenTensor(int[] shape, double[] values) {

  /// @throws IllegalArgumentException if `shape` does not match the number of values
  public GoldenTensor {
    long size = 1;
    for (int length : shape) {
      size *= length;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "golden tensor: shape %s needs %d values, the file has %d"
              .formatted(Arrays.toString(shape), size, values.length));
    }
  }

  /// The values as `float`, in a new array. Inputs and weights are multiples of 1/1024: exact.
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) values[k];
    }
    return floats;
  }

  /// The value of a tensor that holds one number, as a loss does.
  public double scalar() {
    if (values.length != 1) {
      throw new IllegalStateException(
          "golden tensor: expected a single number, shape is " + Arrays.toString(shape));
    }
    return values[0];
  }

  @Override
  public String toString() {
    return "GoldenTensor" + Arrays.toString(shape);
  }
}
