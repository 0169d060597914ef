package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a series, column by column, in their original order.
interface SeriesRows {

  /// The name of the source, for the beginning of a message.
  String source();

  /// The names of all columns.
  List<String> names();

  int rows();

  /// Whether the column is numeric.
  boolean isNumeric(String name);

  /// The numbers of a column; NaN if there is none, or something else.
  ///
  /// @throws DataException if it is not a numeric column; names the place of a cell
  double[] numbers(String name);

  /// The number of cells of a numeric column that are not numbers.
  default int notNumbers(String name) {
    return 0;
  }

  /// The line and text of the first cell of a numeric column that is not a number.
  default String firstNotNumber(String name) {
    return "";
  }

  /// How the numbers of a column are written, where it is not the usual way; else null.
  default @Nullable String numberForm(String name) {
    return null;
  }

  /// Why a column has no numbers.
  default String whyNoNumbers(String name) {
    return "text";
  }

  /// The texts of a column.
  List<String> texts(String name);

  /// The place of a row of a column: `load.csv, line 12, column "date"`.
  String place(int row, String column);
}
