package dev.unroll.tensor.lookup;

import java.util.Arrays;

/// The rows of a matrix whose gradient may differ from zero, for a matrix whose rows are looked up
/// and that nothing else uses: the vectors of symbols. Of many symbols a batch has few, so that
/// what is done with the gradients of all rows, zeros, can be left out.
///
/// Threads may touch rows at once, also the same; reading needs what threads need anyway to see
/// each other's gradients.
public final class TouchedRows {
  private final int offset;
  private final int columns;
  private final boolean[] touched;

  /// None of the rows of a matrix.
  ///
  /// @param offset where it begins in the arrays of the parameters
  public TouchedRows(int offset, int rows, int columns) {
    this.offset = offset;
    this.columns = columns;
    touched = new boolean[rows];
  }

  /// Where the matrix begins in the arrays of the parameters.
  public int offset() {
    return offset;
  }

  /// The rows of the matrix.
  public int rows() {
    return touched.length;
  }

  /// The columns of the matrix.
  public int columns() {
    return columns;
  }

  /// The elements of the matrix.
  public int length() {
    return touched.length * columns;
  }

  /// Says that the gradient of a row is added to.
  public void touch(int row) {
    touched[row] = true;
  }

  /// Whether the gradient of a row has been added to since it was cleared.
  public boolean isTouched(int row) {
    return touched[row];
  }

  /// Whether one of the elements `[from, to)`, counted in the arrays of the parameters, is in a
  /// touched row.
  ///
  /// @param from the first element, inside the matrix: unchecked, see [#contains]
  /// @param to the end, above `from`, and at most that of the matrix
  public boolean isAnyTouched(int from, int to) {
    int last = (to - 1 - offset) / columns;
    for (int row = (from - offset) / columns; row <= last; row++) {
      if (touched[row]) {
        return true;
      }
    }
    return false;
  }

  /// Whether the matrix has all of the elements `[from, to)` of the parameters.
  public boolean contains(int from, int to) {
    return offset <= from && to <= offset + length();
  }

  /// Says that all gradients are zero.
  public void clear() {
    Arrays.fill(touched, false);
  }
}
