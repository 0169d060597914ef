package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.List;

/// The rows that a series is made of, column by column, as they were brought.
interface Columns {

  /// What is read, to begin a message with.
  String source();

  /// The names of all columns.
  List<String> names();

  int rows();

  /// Whether the column has numbers.
  boolean isNumeric(String name);

  /// The numbers of a column; NaN where there is none, or something else.
  ///
  /// @throws DataException if it is not a column of numbers; names the place of a cell
  double[] numbers(String name);

  /// How many cells of a column of numbers are something else.
  default int notNumbers(String name) {
    return 0;
  }

  /// The texts of a column.
  List<String> texts(String name);

  /// Where a row of a column stands: `load.csv, line 12, column "date"`.
  String place(int row, String column);
}
