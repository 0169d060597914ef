package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.table.text.PackedTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A table in columns: no object for a row or a cell, so that a million rows of eight columns take
/// about as many bytes as in the file.
///
/// Text is UTF-8, with or without a byte order mark, or UTF-16 with one; gzip is
/// decompressed. Immutable and safe for use by several threads.
public final class Table {
  private final RowPlaces places;
  private final List<Column> columns;
  private final Map<String, Column> byName = new LinkedHashMap<>();

  /// @throws DataException if there is no row
  Table(RowPlaces places, List<Column> columns) {
    this.places = places;
    this.columns = List.copyOf(columns);
    columns.forEach(column -> byName.put(column.name(), column));
    if (columns.isEmpty() || rows() == 0) {
      throw new DataException("%s has a head, but no rows; give at least one."
          .formatted(places.name()));
    }
  }

  /// Reads CSV (RFC 4180) with a header; the separator (comma, semicolon, tab or bar) is detected.
  ///
  /// @throws DataException one sentence with the line, if it cannot be read, is not UTF-8, a row
  ///     has other fields than the header, or there is no row
  public static Table csv(Path file) {
    return Delimited.read(file, null);
  }

  /// The same with cells that are separated by a given character.
  public static Table csv(Path file, char separator) {
    return Delimited.read(file, separator);
  }

  /// Reads a file whose cells are separated by tabs.
  ///
  /// @throws DataException as [#csv(Path)]
  public static Table tsv(Path file) {
    return Delimited.read(file, '\t');
  }

  /// Reads JSON Lines, or an array of objects: an object in each line, whose fields are the
  /// columns; a field that an object does not have, or that is null, is missing. A cell has a
  /// string unchanged, and any other value as JSON.
  ///
  /// @throws DataException one sentence with the line, if it cannot be read or a line is not an
  ///     object
  public static Table jsonLines(Path file) {
    return ObjectLines.read(file);
  }

  /// Reads texts by class: each subfolder is a class, each file in it a text; or, without
  /// subfolders, each `.txt` file is a class, each line in it a text. The columns are `text`,
  /// `label` and `file`.
  ///
  /// @throws DataException one sentence, if there is neither, or a file cannot be read
  public static Table folder(Path folder) {
    return TextFolder.read(folder);
  }

  /// Reads a file or folder in the format of its name: `.tsv` and `.tab`, `.jsonl`, `.ndjson` and
  /// `.json`, those of each [TableFormat] that is on the class path (`unroll-datasets` has Parquet
  /// and MATLAB), all others as CSV; `.gz` after a text format does not matter.
  ///
  /// @throws DataException as the method for the kind
  public static Table read(Path file) {
    return FileKind.of(file).read(file);
  }

  /// Columns from memory, or from a format that is not text: each one is iterated over once, in
  /// order, so that it need not be in memory as objects.
  ///
  /// @param name its name in messages; its rows count from 1
  /// @throws DataException if columns differ in length, or there is no row
  public static Table of(String name, Map<String, ? extends Iterable<String>> columns) {
    var cells = new LinkedHashMap<String, PackedTexts>();
    columns.forEach((column, texts) -> {
      var packed = new PackedTexts();
      texts.forEach(packed::add);
      packed.trim();
      cells.put(column, packed);
    });
    int rows = cells.isEmpty() ? 0 : cells.firstEntry().getValue().count();
    cells.forEach((column, packed) -> {
      if (packed.count() != rows) {
        throw new DataException("%s: column \"%s\" has %d rows, but \"%s\" has %d; give as many."
            .formatted(name, column, packed.count(), cells.firstEntry().getKey(), rows));
      }
    });
    var places = RowPlaces.rows(name, rows);
    var all = new ArrayList<Column>();
    cells.forEach((column, packed) -> all.add(new Column(places, all.size(), column, packed)));
    return new Table(places, all);
  }

  /// Its name in messages: the path of the file.
  public String name() {
    return places.name();
  }

  /// The number of rows, at least 1.
  public int rows() {
    return columns.isEmpty() ? 0 : columns.getFirst().rows();
  }

  /// The columns in the order of the file.
  public List<Column> columns() {
    return columns;
  }

  /// Their names.
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /// A column by its name.
  ///
  /// @throws DataException if there is none, with a suggestion
  public Column column(String name) {
    @Nullable
    Column column = byName.get(name);
    if (column == null) {
      throw Header.none(name(), name, names());
    }
    return column;
  }

  /// A column by its name, if there is one.
  public Optional<Column> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// A column as texts, to which labels can be added: [Texts#label].
  ///
  /// @throws DataException if there is none
  public Texts text(String name) {
    return new Texts(this, column(name), null, null, null);
  }

  /// The line of the file in which a row begins, from 1; of a format without lines, the row.
  public int line(int row) {
    return places.line(row);
  }

  /// The place of a row, for the beginning of a message: `load.csv, line 12`.
  public String where(int row) {
    return places.where(row);
  }

  @Override
  public String toString() {
    return "%s: %d rows, columns %s".formatted(name(), rows(), names());
  }
}
