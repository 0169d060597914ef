package dev.unroll.tensor;

import java.util.Arrays;

/// Numbers in rows and columns, `[rows, columns]`; a vector has one column. An immutable value:
/// inputs and results are copied. Thread-safe.
public final class Matrix {
  private final int rows;
  private final int columns;
  private final float[] elements;

  private Matrix(int rows, int columns, float[] elements) {
    this.rows = rows;
    this.columns = columns;
    this.elements = elements;
  }

  /// A matrix of rows: `Matrix.of(new float[][] {{1, 2}, {3, 4}, {5, 6}})` is `[3, 2]`.
  ///
  /// @throws IllegalArgumentException if there is none, or they are empty or of different lengths
  public static Matrix of(float[]... rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    if (columns == 0) {
      throw new IllegalArgumentException(
          "a matrix of no elements, expected at least one row of one");
    }
    var elements = new float[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != columns) {
        throw new IllegalArgumentException("row %d has %d elements, expected %d as in row 0"
            .formatted(i, rows[i].length, columns));
      }
      System.arraycopy(rows[i], 0, elements, i * columns, columns);
    }
    return new Matrix(rows.length, columns, elements);
  }

  /// A vector, `[n, 1]`.
  ///
  /// @throws IllegalArgumentException if it is empty
  public static Matrix vector(float... elements) {
    if (elements.length == 0) {
      throw new IllegalArgumentException("a vector of no elements, expected at least one");
    }
    return new Matrix(elements.length, 1, elements.clone());
  }

  /// Copies a matrix, row by row, from an array.
  static Matrix copy(float[] array, int offset, int rows, int columns) {
    return new Matrix(rows, columns, Arrays.copyOfRange(array, offset, offset + rows * columns));
  }

  /// Copies a row to the start of an array.
  void copyRow(int row, float[] into) {
    System.arraycopy(elements, row * columns, into, 0, columns);
  }

  /// The number of rows.
  public int rows() {
    return rows;
  }

  /// The number of columns; 1 for a vector.
  public int columns() {
    return columns;
  }

  /// An element, counted from 0.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public float at(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "element [%d, %d] of a matrix [%d, %d]".formatted(row, column, rows, columns));
    }
    return elements[row * columns + column];
  }

  /// The rows, in new arrays.
  public float[][] toRows() {
    var copy = new float[rows][];
    Arrays.setAll(copy, i -> Arrays.copyOfRange(elements, i * columns, (i + 1) * columns));
    return copy;
  }

  /// The elements row by row, in a new array; for a vector its elements.
  public float[] toArray() {
    return elements.clone();
  }

  /// Whether the shapes and all bits are equal.
  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix m && rows == m.rows && columns == m.columns
        && Arrays.equals(elements, m.elements);
  }

  @Override
  public int hashCode() {
    return 31 * columns + Arrays.hashCode(elements);
  }

  @Override
  public String toString() {
    return "[%d, %d] %s".formatted(rows, columns, Arrays.deepToString(toRows()));
  }
}
