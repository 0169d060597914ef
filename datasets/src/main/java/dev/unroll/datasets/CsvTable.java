package dev.unroll.datasets;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A CSV file: a header and rows with the same number of fields.
record CsvTable(SourceBytes source, List<String> head, List<Row> rows) {
  /// The number of columns that a message names.
  private static final int MOST_NAMED = 20;

  /// The fields of a row and the line it begins in.
  record Row(long line, List<String> fields) implements Numbered {}

  /// Reads all rows.
  ///
  /// @throws DataException one sentence, if there is no header or a row has other fields
  static CsvTable of(SourceBytes source) {
    var rows = new ArrayList<Row>();
    try (var reader = CsvReader.builder()
        .allowUnclosedQuote(false)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .ofCsvRecord(source.text())) {
      for (var row : reader) {
        rows.add(new Row(row.getStartingLineNumber(), row.getFields()));
      }
    } catch (CsvParseException e) {
      throw new DataException(
          "%s is not CSV: %s; close every quote.".formatted(source.name(), e.getMessage()), e);
    } catch (IOException e) {
      throw new DataException("%s cannot be read: %s.".formatted(source.name(), e.getMessage()), e);
    }
    if (rows.isEmpty()) {
      throw new DataException("%s has no head; name its columns.".formatted(source.name()));
    }
    var head = rows.getFirst().fields();
    for (var row : rows) {
      if (row.fields().size() != head.size()) {
        throw new DataException(
            "%s, line %d: %d fields, but the head has %d; quote fields that contain a comma."
                .formatted(source.name(), row.line(), row.fields().size(), head.size()));
      }
    }
    return new CsvTable(source, head, rows.subList(1, rows.size()));
  }

  /// The index of a column.
  ///
  /// @throws DataException if the header does not have it
  int column(String name) {
    int column = head.indexOf(name);
    if (column < 0) {
      throw new DataException(
          "%s has no column \"%s\", only %s; name it in the first line."
              .formatted(source.name(), name,
                  head.stream().limit(MOST_NAMED).map(Excerpt::of).toList()));
    }
    return column;
  }
}
