package dev.unroll.golden;

import java.util.Arrays;

/// A tensor on its way to a file: `values` row by row, `shape` empty for a single number.
///
/// @param shape  lengths of the axes
/// @param values as many as the product of `shape`; owned by this record
record Numbers(long[] shape, double[] values) {

  Numbers {
    long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (values.length != size) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " needs " + size + " values, got " + values.length);
    }
  }

  static Numbers scalar(double value) {
    return new Numbers(new long[0], new double[] {value});
  }

  float[] floats() {
    float[] floats = new float[values.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) values[k];
    }
    return floats;
  }
}
