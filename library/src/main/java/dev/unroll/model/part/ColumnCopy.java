package dev.unroll.model.part;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// Columns of rows copied to columns of other rows.
public final class ColumnCopy {
  private ColumnCopy() {}

  /// `to[row, toColumn …] = from[row, fromColumn …]` for n columns of the rows `[first, end)`.
  public static void copy(Rows from, int fromColumn, Rows to, int toColumn, int n, int first,
      int end) {
    for (int row = first; row < end; row++) {
      System.arraycopy(from.array(), at(from, row, fromColumn), to.array(),
          at(to, row, toColumn), n);
    }
  }

  /// `to[row, toColumn …] += from[row, fromColumn …]` for n columns of the rows `[first, end)`.
  public static void add(Rows from, int fromColumn, Rows to, int toColumn, int n, int first,
      int end) {
    for (int row = first; row < end; row++) {
      int source = at(from, row, fromColumn);
      int target = at(to, row, toColumn);
      for (int i = 0; i < n; i++) {
        to.array()[target + i] += from.array()[source + i];
      }
    }
  }

  /// Sets all columns of the rows `[first, end)` to zero.
  public static void clear(Rows rows, int first, int end) {
    Arrays.fill(rows.array(), at(rows, first, 0), at(rows, end, 0), 0f);
  }

  /// Step t of `[T, B, n]`, as `[B, n]`.
  public static Rows step(Rows rows, int t, int batch) {
    return new Rows(rows.array(), at(rows, t * batch, 0), rows.columns());
  }

  private static int at(Rows rows, int row, int column) {
    return rows.offset() + row * rows.columns() + column;
  }
}
