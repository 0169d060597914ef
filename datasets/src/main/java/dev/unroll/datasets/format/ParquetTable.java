package dev.unroll.datasets.format;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import dev.unroll.table.TableFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;

/// Parquet files as tables, read by Hardwood. Dates, times and intervals become ISO 8601, time
/// stamps with `Z` if they are in UTC; lists, maps and structures become JSON; bytes become text if
/// they are UTF-8, and are refused otherwise.
public final class ParquetTable implements TableFormat {
  /// Called by `ServiceLoader`.
  public ParquetTable() {}

  @Override
  public boolean reads(Path file) {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".parquet") || name.endsWith(".pq");
  }

  @Override
  public Table read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataException("%s: there is no such file; check the path.".formatted(file));
    }
    try (var reader = ParquetFileReader.open(InputFile.of(file))) {
      ParquetCompression.check(file, reader.getFileMetaData());
      return Table.of(file.toString(), columns(file, reader));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new DataException("%s cannot be read as Parquet: %s.".formatted(file, reason(e)), e);
    }
  }

  private static Map<String, Iterable<String>> columns(Path file, ParquetFileReader reader) {
    var fields = reader.getFileSchema().getRootNode().children().stream()
        .map(field -> new ParquetColumn(file.toString(), field)).toList();
    var ambiguous = new AmbiguousColumns(reader, fields);
    var columns = new LinkedHashMap<String, Iterable<String>>();
    for (var column : fields) {
      var name = column.field().name();
      if (columns.put(name, ambiguous.contains(column) ? ambiguous.cells(name)
          : () -> new Cells(reader, column)) != null) {
        throw new DataException("%s has two columns named \"%s\"; give each its own name."
            .formatted(file, name));
      }
    }
    return columns;
  }

  /// The cells of a column, from a pass of its own over that column alone.
  private static final class Cells implements Iterator<String> {
    private final RowReader rows;
    private final ParquetColumn column;

    Cells(ParquetFileReader reader, ParquetColumn column) {
      this.column = column;
      rows = reader.buildRowReader()
          .projection(ColumnProjection.columns(column.field().name())).build();
    }

    @Override
    public boolean hasNext() {
      boolean more = rows.hasNext();
      if (!more) {
        rows.close();
      }
      return more;
    }

    @Override
    public String next() {
      if (!rows.hasNext()) {
        throw new NoSuchElementException();
      }
      rows.next();
      return rows.isNull(0) ? "" : column.text(rows.getValue(0));
    }
  }

  private static String reason(Throwable e) {
    var cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
