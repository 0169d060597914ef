package dev.unroll.data;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// One side of an example: a sequence of symbols, of words, or of vectors. A single label is a
/// sequence of length 1, a single vector a sequence of one row.
///
/// The arrays are shared, not copied; do not change them while they are in use.
public sealed interface Values {

  /// The number of steps.
  int length();

  /// Numbers of symbols or classes, `[T]`, each `0 … V − 1`. In a target, −1 masks a step.
  record Symbols(int[] symbols) implements Values {
    /// @throws DataException if there is null in place of them
    public Symbols {
      DataException.refuseNull(symbols, "the array of symbols");
    }

    /// One label, or any number of symbols.
    public static Symbols of(int... symbols) {
      return new Symbols(symbols);
    }

    /// One-hot vectors: each symbol as a row of V numbers, 1 at the symbol and 0 elsewhere; −1 is
    /// all zeros.
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

  /// Words: the number of each as with [Symbols], and its letters, so that a word that is not known
  /// is not lost.
  ///
  /// @param symbols numbers of words, `[T]`, each `0 … V − 1`
  /// @param letters of each word, at least one, each `0 … L − 1`
  record Words(int[] symbols, int[][] letters) implements Values {
    /// @throws DataException if there are not as many words as symbols, or one has no letter
    public Words {
      DataException.refuseNull(symbols, "the array of symbols");
      DataException.refuseNullIn(letters == null ? null : Arrays.asList(letters), "word");
      if (symbols.length != letters.length) {
        throw new DataException("Words: %d symbols, but the letters of %d words; give as many."
            .formatted(symbols.length, letters.length));
      }
      for (int t = 0; t < letters.length; t++) {
        if (letters[t].length == 0) {
          throw new DataException(
              "Words: word %d has no letters, expected at least 1; give one that stands for none."
                  .formatted(t));
        }
      }
    }

    @Override
    public int length() {
      return symbols.length;
    }

    @Override
    public String toString() {
      return "%d words".formatted(length());
    }
  }

  /// Vectors, `[T, F]`, row by row. A model reads floats; data from a file may have more digits,
  /// such as times in seconds since 1970, and keeps them until a [Scaling] converts it to floats.
  ///
  /// @param values the numbers, `T·F` of them
  /// @param columns F
  /// @param exact the numbers before they were rounded to `values`; `null` if nothing was rounded
  record Features(float[] values, int columns, double @Nullable [] exact) implements Values {
    /// @throws DataException if the numbers do not make whole rows
    public Features {
      DataException.refuseNull(values, "the array of features");
      if (exact != null && exact.length != values.length) {
        throw new DataException("Features: %,d numbers, but %,d exact ones; give as many."
            .formatted(values.length, exact.length));
      }
      if (columns < 1 || values.length % columns != 0) {
        throw new DataException(
            "Features: %,d numbers do not make rows of %d; give whole rows of at least 1 column."
                .formatted(values.length, columns));
      }
    }

    /// Numbers that were not rounded.
    ///
    /// @throws DataException if they do not fill whole rows
    public Features(float[] values, int columns) {
      this(values, columns, null);
    }

    /// Numbers that may have more digits than a float holds, `[T, F]` row by row. Copied if need
    /// be.
    ///
    /// @throws DataException if they do not fill whole rows
    public static Features exact(double[] numbers, int columns) {
      float[] values = new float[numbers.length];
      boolean rounds = false;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) numbers[i];
        rounds |= values[i] != numbers[i];
      }
      return new Features(values, columns, rounds ? numbers.clone() : null);
    }

    /// Number `i` with all its digits.
    public double exact(int i) {
      return exact == null ? values[i] : exact[i];
    }

    /// A copy of the rows `[from, from + length)`.
    public Features rows(int from, int length) {
      int first = from * columns;
      int end = first + length * columns;
      return new Features(Arrays.copyOfRange(values, first, end), columns,
          exact == null ? null : Arrays.copyOfRange(exact, first, end));
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
      DataException.refuseNullIn(rows == null ? null : Arrays.asList(rows), "row");
      int columns = columns(rows.length, t -> rows[t].length);
      float[] values = new float[Math.multiplyExact(rows.length, columns)];
      for (int t = 0; t < rows.length; t++) {
        System.arraycopy(rows[t], 0, values, t * columns, columns);
      }
      return new Features(values, columns);
    }

    /// As [#ofRows], of numbers that may have more digits than a float holds.
    ///
    /// @throws DataException if there is no row, or one is empty or longer or shorter than the
    ///     first
    public static Features exactRows(double[]... rows) {
      DataException.refuseNullIn(rows == null ? null : Arrays.asList(rows), "row");
      int columns = columns(rows.length, t -> rows[t].length);
      double[] numbers = new double[Math.multiplyExact(rows.length, columns)];
      for (int t = 0; t < rows.length; t++) {
        System.arraycopy(rows[t], 0, numbers, t * columns, columns);
      }
      return exact(numbers, columns);
    }

    /// The common width of all rows.
    private static int columns(int rows, IntUnaryOperator width) {
      if (rows == 0) {
        throw new DataException("Features: there is no row, expected at least one.");
      }
      int columns = width.applyAsInt(0);
      for (int t = 1; t < rows; t++) {
        if (width.applyAsInt(t) != columns) {
          throw new DataException(
              "Features: row %d has %d columns, but row 0 has %d; give rows of one width."
                  .formatted(t, width.applyAsInt(t), columns));
        }
      }
      return columns;
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
