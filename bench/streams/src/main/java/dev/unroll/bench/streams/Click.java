package dev.unroll.bench.streams;

import dev.unroll.stream.Features;

/// An event of a device.
///
/// @param device its key
/// @param born when it was made, in nanoseconds
/// @param x the features
record Click(long device, long born, float[] x) {
  /// F, the number of features.
  static final int SIZE = 4;

  static final Features<Click> FEATURES = Features.of(Click::x);

  /// The event at a place of the stream.
  static Click at(long i, int devices) {
    long bits = (i + 1) * 0x9E3779B97F4A7C15L;
    bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    bits ^= bits >>> 27;
    var x = new float[SIZE];
    for (int f = 0; f < SIZE; f++) {
      x[f] = (byte) (bits >> 8 * f) / 128f;
    }
    return new Click(Long.remainderUnsigned(bits, devices), System.nanoTime(), x);
  }
}
