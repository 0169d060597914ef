package dev.unroll.kernel.run;

import dev.unroll.tensor.Rows;
import java.util.Arrays;

/// Rows of an input that are the same bit for bit (any NaN is as good as another), as those of
/// symbols that occur again are, or padding. What is computed of a row alone needs to be computed
/// once for all of them.
final class EqualRows {
  /// Fewer rows, or shorter ones, are not worth looking at.
  private static final int LEAST_ROWS = 64;
  private static final int LEAST_COLUMNS = 32;

  /// The elements by which rows are told apart at first; rows that are computed from other layers
  /// hardly ever agree in them.
  private static final int FIRST = 8;

  private static final int FREE = -1;

  private final int columns;
  /// The number of each row, that of the different row that it is equal to.
  private int[] numbers = {};

  /// Where each different row occurs first.
  private int[] firsts = {};

  /// The numbers of different rows by their hash, or `FREE`.
  private int[] table = {};

  private float[] gathered = {};
  private int count;

  EqualRows(int columns) {
    this.columns = columns;
  }

  /// Looks for equal rows among the first `n`; afterwards [#count] is 0 unless more than half of
  /// them are equal to one before.
  void find(Rows x, int n) {
    count = 0;
    if (n < LEAST_ROWS || columns < LEAST_COLUMNS) {
      return;
    }
    if (numbers.length < n) {
      numbers = new int[n];
      firsts = new int[n / 2 + 1];
      table = new int[4 * Integer.highestOneBit(n)];
    }
    Arrays.fill(table, FREE);
    int found = 0;
    for (int row = 0; row < n; row++) {
      int number = findOrAdd(x, row, found);
      if (number == found) {
        if (++found > n / 2) {
          return;
        }
        firsts[number] = row;
      }
      numbers[row] = number;
    }
    count = found;
    if (gathered.length < count * columns) {
      gathered = new float[count * columns];
    }
    for (int i = 0; i < count; i++) {
      System.arraycopy(x.array(), x.offset() + firsts[i] * columns, gathered, i * columns, columns);
    }
  }

  /// The number of an equal row before; else this row is a new one, and its number is `next`.
  private int findOrAdd(Rows x, int row, int next) {
    float[] a = x.array();
    int from = x.offset() + row * columns;
    int hash = 0;
    for (int i = from; i < from + FIRST; i++) {
      hash = 31 * hash + Float.floatToRawIntBits(a[i]);
    }
    hash *= 0x9E3779B9;
    int at = (hash ^ hash >>> 15) & table.length - 1;
    while (table[at] != FREE) {
      int other = x.offset() + firsts[table[at]] * columns;
      if (isSame(a, from, other)) {
        return table[at];
      }
      at = at + 1 & table.length - 1;
    }
    if (next < firsts.length) {
      table[at] = next;
    }
    return next;
  }

  /// By bits: 0 and −0 differ, NaNs do not.
  private boolean isSame(float[] a, int from, int other) {
    return Arrays.equals(a, from, from + columns, a, other, other + columns);
  }

  /// Forgets what was found.
  void clear() {
    count = 0;
  }

  /// How many different rows there are; 0 if none are to be shared.
  int count() {
    return count;
  }

  /// The different rows, `[count, columns]`.
  float[] rows() {
    return gathered;
  }

  /// The number of the different row that a row is equal to: its place among [#rows].
  int number(int row) {
    return numbers[row];
  }
}
