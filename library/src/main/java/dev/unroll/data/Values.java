package dev.unroll.data;

/// One side of an example: a sequence of symbols, or of vectors. A single label is a sequence of
/// length 1, a single vector a sequence of one row.
///
/// The arrays are shared, not copied; do not change them while they are in use.
public sealed interface Values {

  /// The number of steps.
  int length();

  /// Numbers of symbols or classes, `[T]`, each `0 … V − 1`. In a target −1 means that nothing is
  /// asked at this step.
  record Symbols(int[] symbols) implements Values {
    /// One label, or any number of symbols.
    public static Symbols of(int... symbols) {
      return new Symbols(symbols);
    }

    /// Each symbol as a row of V numbers, 1 at the symbol and 0 elsewhere; −1 is a row of zeros.
    ///
    /// @param count V
    /// @throws DataException if a symbol is not one of `−1 … V − 1`
    public Features oneHot(int count) {
      float[] values = new float[Math.multiplyExact(symbols.length, count)];
      for (int t = 0; t < symbols.length; t++) {
        if (symbols[t] < -1 || symbols[t] >= count) {
          throw new DataException(
              "Step %d is symbol %d, expected -1 to %d to make it one of %d columns."
                  .formatted(t, symbols[t], count - 1, count));
        }
        if (symbols[t] >= 0) {
          values[t * count + symbols[t]] = 1;
        }
      }
      return new Features(values, count);
    }

    @Override
    public int length() {
      return symbols.length;
    }

    @Override
    public String toString() {
      return "%d symbols".formatted(length());
    }
  }

  /// Vectors, `[T, F]`, row by row.
  ///
  /// @param values the numbers, `T·F` of them
  /// @param columns F
  record Features(float[] values, int columns) implements Values {
    /// @throws DataException if the numbers do not make whole rows
    public Features {
      if (columns < 1 || values.length % columns != 0) {
        throw new DataException(
            "Features: %,d numbers do not make rows of %d; give whole rows of at least 1 column."
                .formatted(values.length, columns));
      }
    }

    /// A sequence of numbers, one a step: `[T, 1]`.
    public static Features of(float... values) {
      return new Features(values, 1);
    }

    /// A copy of these rows, `[T, F]`.
    ///
    /// @throws DataException if there is no row, or one is empty or longer or shorter than the
    ///     first
    public static Features ofRows(float[]... rows) {
      if (rows.length == 0) {
        throw new DataException("Features: there is no row, expected at least one.");
      }
      int columns = rows[0].length;
      float[] values = new float[Math.multiplyExact(rows.length, columns)];
      for (int t = 0; t < rows.length; t++) {
        if (rows[t].length != columns) {
          throw new DataException(
              "Features: row %d has %d columns, but row 0 has %d; give rows of one width."
                  .formatted(t, rows[t].length, columns));
        }
        System.arraycopy(rows[t], 0, values, t * columns, columns);
      }
      return new Features(values, columns);
    }

    @Override
    public int length() {
      return values.length / columns;
    }

    @Override
    public String toString() {
      return "%d × %d features".formatted(length(), columns);
    }
  }
}
