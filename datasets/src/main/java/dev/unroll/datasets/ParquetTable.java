package dev.unroll.datasets;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.SchemaNode;
import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import dev.unroll.table.TableFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Parquet files as tables, read by Hardwood. Time stamps become ISO 8601, with `Z` if they are in
/// UTC; lists, maps and structures become JSON.
public final class ParquetTable implements TableFormat {
  private static final JsonMapper JSON = JsonMapper.shared();

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
      var columns = new LinkedHashMap<String, Iterable<String>>();
      for (var field : reader.getFileSchema().getRootNode().children()) {
        columns.put(field.name(), () -> new Cells(reader, field));
      }
      return Table.of(file.toString(), columns);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new DataException("%s cannot be read as Parquet: %s.".formatted(file, reason(e)), e);
    }
  }

  /// The cells of a column, from a pass of its own over that column alone.
  private static final class Cells implements Iterator<String> {
    private final RowReader rows;

    Cells(ParquetFileReader reader, SchemaNode field) {
      rows = reader.buildRowReader().projection(ColumnProjection.columns(field.name())).build();
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
      return rows.isNull(0) ? "" : text(rows.getValue(0));
    }
  }

  private static String text(@Nullable Object value) {
    var plain = plain(value);
    return switch (plain) {
      case null -> "";
      case List<?> _,LinkedHashMap<?, ?> _ -> JSON.writeValueAsString(plain);
      default -> plain.toString();
    };
  }

  /// Strings, numbers, truth values, lists and maps, as JSON has them.
  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String _, Boolean _, Number _ when !(value instanceof BigDecimal) -> value;
      case BigDecimal number -> number.toPlainString();
      case PqList list -> {
        var all = new ArrayList<@Nullable Object>();
        list.values().forEach(element -> all.add(plain(element)));
        yield all;
      }
      case PqStruct struct -> {
        var all = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
          all.put(struct.getFieldName(i), struct.isNull(i) ? null : plain(struct.getValue(i)));
        }
        yield all;
      }
      case PqMap map -> {
        var all = new LinkedHashMap<String, @Nullable Object>();
        map.getEntries()
            .forEach(entry -> all.put(String.valueOf(entry.getKey()), plain(entry.getValue())));
        yield all;
      }
      default -> value.toString(); // dates and times, in ISO 8601
    };
  }

  private static String reason(Throwable e) {
    var cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
