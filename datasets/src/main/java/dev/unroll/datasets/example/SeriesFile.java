package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.text.Excerpt;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.util.List;

/// A user's series: CSV with a header and a row for each step.
///
/// @param columns the names of the columns, in the order of the numbers
/// @param series the numbers, `[T, F]`
public record SeriesFile(List<String> columns, Features series) {

  /// Reads some columns of a file, plain or `.gz`.
  ///
  /// @param columns their names; none: all
  /// @throws DataException one sentence with the number of the line, if a column is missing, a
  ///     field is not a finite number or there is no row
  public static SeriesFile read(Path file, String... columns) {
    var table = Table.read(file);
    var names = columns.length == 0 ? table.names() : List.of(columns);
    var chosen = names.stream().map(table::column).toList();
    double[] values = new double[Math.multiplyExact(table.rows(), chosen.size())];
    for (int c = 0; c < chosen.size(); c++) {
      var column = chosen.get(c);
      double[] numbers = column.numbersOrMissing();
      for (int row = 0; row < numbers.length; row++) {
        if (!Float.isFinite((float) numbers[row])) {
          throw new DataException(
              "%s is \"%s\", expected a finite number; correct it, or name the columns to read."
                  .formatted(column.where(row), Excerpt.of(column.text(row))));
        }
        values[row * chosen.size() + c] = numbers[row];
      }
    }
    return new SeriesFile(names, Features.exact(values, chosen.size()));
  }
}
