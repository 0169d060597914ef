package dev.unroll.app.page.panel;

import dev.unroll.tensor.Rows;
import java.util.Base64;
import java.util.List;

/// A heat map as data: a byte for each value, so that 1,000 steps of 256 units are 340 kB of a
/// page. The same object may be in several panels and is written once.
///
/// @param rows units, or outputs
/// @param columns steps
/// @param range the range of the colors; values outside have the color of the end
/// @param data base64 of `rows · columns` bytes, row by row: 0 to 254 from `range.low()` to
///     `range.high()`, and 255 for what is not a number, or zero on a logarithmic range
public record Heat(int rows, int columns, Range range, String data) {
  /// The byte of the last color.
  static final int MOST = 254;

  private static final byte NOTHING = (byte) 255;

  /// Values by row and column.
  @FunctionalInterface
  public interface Values {
    /// A value; NaN if there is none.
    float at(int row, int column);
  }

  /// A heat map of values with a given range.
  public static Heat of(int rows, int columns, Range range, Values values) {
    var bytes = new byte[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        bytes[row * columns + column] = code(range, values.at(row, column));
      }
    }
    return new Heat(rows, columns, range, Base64.getEncoder().encodeToString(bytes));
  }

  /// A heat map of values with their own range, see [Range#of].
  public static Heat of(int rows, int columns, Values values) {
    return of(rows, columns, Range.of(values, rows, columns), values);
  }

  /// A heat map of rows of equal length, which are copied.
  public static Heat of(float[][] rows, Range range) {
    return of(rows.length, rows.length == 0 ? 0 : rows[0].length, range, (r, c) -> rows[r][c]);
  }

  /// Units by steps of one sample of a batch.
  ///
  /// @param value `[T, B, units]`, which is copied
  /// @param steps T
  /// @param batch B
  /// @param sample the index in the batch
  public static Heat ofUnits(Rows value, int steps, int batch, int sample, Range range) {
    return of(value.columns(), steps, range, units(value, batch, sample));
  }

  /// Units by steps of one sample of a batch, with their own range.
  public static Heat ofUnits(Rows value, int steps, int batch, int sample) {
    return of(value.columns(), steps, units(value, batch, sample));
  }

  private static Values units(Rows value, int batch, int sample) {
    return (unit, step) -> value.array()[value.offset()
        + (step * batch + sample) * value.columns() + unit];
  }

  /// Refuses a heat map that does not have one column for each token.
  void requireColumns(String panel, List<String> tokens) {
    if (tokens.size() != columns) {
      throw new IllegalArgumentException("%s: %d columns, expected %d as there are tokens."
          .formatted(panel, columns, tokens.size()));
    }
  }

  private static byte code(Range range, float value) {
    if (Float.isNaN(value) || range.log() && value <= 0) {
      return NOTHING;
    }
    double low = range.log() ? Math.log(range.low()) : range.low();
    double high = range.log() ? Math.log(range.high()) : range.high();
    double part = ((range.log() ? Math.log(value) : value) - low) / (high - low);
    return (byte) Math.round(MOST * Math.clamp(part, 0, 1));
  }
}
