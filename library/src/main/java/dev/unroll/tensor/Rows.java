package dev.unroll.tensor;

/// Rows of `columns` floats one after another in an array, from `offset` on: a sequence `[T, B, F]`
/// or a state `[B, H]` without its counts. The array is shared, not copied.
public record Rows(float[] array, int offset, int columns) {

  /// Rows that fill a new array.
  public static Rows allocate(int rows, int columns) {
    return new Rows(new float[Math.multiplyExact(rows, columns)], 0, columns);
  }
}
