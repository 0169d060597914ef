package dev.unroll.task.window;

/// Counters, times and numbers of double precision in arrays of floats: each takes three floats of
/// at most 22 bits, so that all are exact.
public final class ExactFloats {
  /// The number of floats of a number.
  public static final int SIZE = 3;

  private static final int BITS = 22;
  private static final long MASK = (1 << BITS) - 1;

  private ExactFloats() {}

  /// The number at a place.
  public static long get(float[] array, int at) {
    return (long) array[at] << 2 * BITS | (long) array[at + 1] << BITS | (long) array[at + 2];
  }

  /// Writes a number.
  public static void set(float[] array, int at, long value) {
    array[at] = value >>> 2 * BITS;
    array[at + 1] = value >>> BITS & MASK;
    array[at + 2] = value & MASK;
  }

  /// The number of double precision at a place.
  public static double getDouble(float[] array, int at) {
    return Double.longBitsToDouble(get(array, at));
  }

  /// Writes a number of double precision.
  public static void setDouble(float[] array, int at, double value) {
    set(array, at, Double.doubleToRawLongBits(value));
  }
}
