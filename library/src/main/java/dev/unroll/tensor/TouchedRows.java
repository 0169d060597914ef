package dev.unroll.tensor;

import dev.unroll.tensor.Parameters.Block;
import java.util.Arrays;

/// The rows of a matrix whose gradient may differ from zero, for a matrix whose rows are looked up
/// and that nothing else uses: the vectors of symbols. Of many symbols a batch has few, so that
/// what is done with the gradients of all rows, zeros, can be left out.
///
/// Threads may touch rows at once, also the same; reading needs what threads need anyway to see
/// each other's gradients.
public final class TouchedRows {
  private final Block block;
  private final boolean[] touched;

  TouchedRows(Block block) {
    this.block = block;
    touched = new boolean[block.rows()];
  }

  /// The matrix.
  public Block block() {
    return block;
  }

  /// Says that the gradient of a row is added to.
  public void touch(int row) {
    touched[row] = true;
  }

  /// Whether the gradient of a row has been added to since it was cleared.
  public boolean isTouched(int row) {
    return touched[row];
  }

  /// Whether one of the elements `[from, to)` of the matrix, counted in the arrays of the
  /// parameters, is in a touched row.
  public boolean isAnyTouched(int from, int to) {
    int columns = block.columns();
    int last = (to - 1 - block.offset()) / columns;
    for (int row = (from - block.offset()) / columns; row <= last; row++) {
      if (touched[row]) {
        return true;
      }
    }
    return false;
  }

  /// Whether it has all of the elements `[from, to)` of the parameters.
  public boolean contains(int from, int to) {
    return block.offset() <= from && to <= block.offset() + block.length();
  }

  /// Says that all gradients are zero.
  void clear() {
    Arrays.fill(touched, false);
  }
}
