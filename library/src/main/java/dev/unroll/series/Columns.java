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

  /// The numbers of a column; NaN where there is none.
  ///
  /// @throws DataException if a cell is no number; names its place
  double[] numbers(String name);

  /// The texts of a column.
  List<String> texts(String name);

  /// Where a row of a column stands: `load.csv, line 12, column "date"`.
  String place(int row, String column);
}
