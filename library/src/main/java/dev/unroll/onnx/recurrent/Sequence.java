package dev.unroll.onnx.recurrent;

import java.util.Arrays;

/// A batch of sequences.
///
/// @param x `[T, B, F]`
/// @param lengths the number of steps of each that are not padding; none if all have T
record Sequence(float[] x, int time, int batch, int inputs, int[] lengths) {

  /// The length of sequence b.
  int length(int b) {
    return lengths.length == 0 ? time : lengths[b];
  }

  /// Whether some sequence ends early.
  boolean isPadded() {
    return Arrays.stream(lengths).anyMatch(length -> length < time);
  }
}
