package dev.unroll.tensor;

import java.util.Arrays;

/// A matrix as a value, row by row; a vector is one of one column. Equal to another one of the same shape
/// and numbers.
///
/// @param rows how many rows
/// @param columns how many columns
/// @param values `[rows · columns]`; not copied
public record Matrix(int rows, int columns, float[] values) {

  /// @throws IllegalArgumentException if the shape is empty, or there are not as many values
  public Matrix {
    if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "a matrix [%d, %d] of %d values, expected at least [1, 1] and"
              .formatted(rows, columns, values.length) + " a value for each element");
    }
  }

  /// A matrix of rows.
  ///
  /// @throws IllegalArgumentException if there is none, or they differ in length
  public static Matrix of(float[]... rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("a matrix without elements, expected at least one");
    }
    int columns = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new IllegalArgumentException("row %d of the matrix has %d elements, but row 0 has %d"
            .formatted(i, rows[i].length, columns));
      }
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return new Matrix(rows.length, columns, values);
  }

  /// A vector, `[n, 1]`.
  ///
  /// @throws IllegalArgumentException if it is empty
  public static Matrix vector(float... values) {
    return new Matrix(values.length, 1, values.clone());
  }

  /// The element of row i and column j.
  public float at(int i, int j) {
    if (i < 0 || i >= rows || j < 0 || j >= columns) {
      throw new IndexOutOfBoundsException(
          "element (%d, %d) of a matrix [%d, %d]".formatted(i, j, rows, columns));
    }
    return values[i * columns + j];
  }

  /// The rows, a copy.
  public float[][] toRows() {
    var copy = new float[rows][];
    for (int i = 0; i < rows; i++) {
      copy[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
    }
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix m && rows == m.rows && columns == m.columns
        && Arrays.equals(values, m.values);
  }

  @Override
  public int hashCode() {
    return 31 * columns + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Matrix [%d, %d]".formatted(rows, columns);
  }
}
