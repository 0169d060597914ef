package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;
import dev.unroll.data.text.Excerpt;
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
    var source = SourceBytes.of(file);
    var table = CsvTable.of(source);
    var names = columns.length == 0 ? table.head() : List.of(columns);
    int[] places = names.stream().mapToInt(table::column).toArray();
    if (table.rows().isEmpty()) {
      throw new DataException("%s has a head, but no rows.".formatted(source.name()));
    }
    double[] values = new double[Math.multiplyExact(table.rows().size(), places.length)];
    int at = 0;
    for (var row : table.rows()) {
      for (int place : places) {
        values[at++] = number(source, row, place, table.head().get(place));
      }
    }
    return new SeriesFile(names, Features.exact(values, places.length));
  }

  private static double number(SourceBytes source, CsvTable.Row row, int place, String column) {
    String field = row.fields().get(place);
    double number;
    try {
      number = Double.parseDouble(field);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!Float.isFinite((float) number)) {
      throw new DataException(
          ("%s, line %d: column \"%s\" is \"%s\", expected a finite number; correct it, or name"
              + " the columns to read.")
              .formatted(source.name(), row.line(), Excerpt.of(column), Excerpt.of(field)));
    }
    return number;
  }
}
