package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads cells between tabs as they are, without quoting, as sentences have quotes of their own; with
/// a head or without one.
final class PlainTabs {
  private PlainTabs() {}

  /// Whether a file is read so, by its name.
  static boolean is(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)
        .matches(".*\\.(tsv|tab|txt)(\\.gz)?");
  }

  /// @param source a column that the head may name
  /// @param target another one
  /// @throws DataException one sentence with the line, if it cannot be read, a line has fewer cells
  ///     than the first one, or there is one column only
  static Table read(Path file, @Nullable String source, @Nullable String target) {
    var places = new RowPlaces(file.toString());
    var names = new ArrayList<String>();
    var cells = new ArrayList<PackedTexts>();
    try (var in = new BufferedReader(Characters.of(file))) {
      long number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        var row = line.split("\t", -1);
        if (names.isEmpty()) {
          if (begin(file, row, names, cells, source, target)) {
            continue;
          }
        }
        add(places, row, cells, number);
      }
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
    if (names.isEmpty()) {
      throw new DataException(
          "%s is empty; give a source, a tab and a target in each line.".formatted(file));
    }
    var columns = new ArrayList<Column>();
    for (int i = 0; i < names.size(); i++) {
      cells.get(i).trim();
      columns.add(new Column(places, i, names.get(i), cells.get(i)));
    }
    return new Table(places, columns);
  }

  /// Takes the first line; whether it is a head.
  private static boolean begin(Path file, String[] row, List<String> names, List<PackedTexts> cells,
      @Nullable String source, @Nullable String target) {
    if (row.length < 2) {
      throw new DataException(
          "%s, line 1: there is no tab; give a source, a tab and a target in each line."
              .formatted(file));
    }
    boolean head = PairColumns.isHead(List.of(row), source, target);
    for (int i = 0; i < row.length; i++) {
      names.add(head && !row[i].isBlank() ? row[i].strip() : "column " + (i + 1));
      cells.add(new PackedTexts());
    }
    if (head) {
      Header.check(file.toString(), names);
    }
    return head;
  }

  /// Further cells than the first line has are notes that not every line needs.
  private static void add(RowPlaces places, String[] row, List<PackedTexts> cells, long number) {
    if (row.length < Math.min(2, cells.size())) {
      throw new DataException(
          "%s, line %d: there is no tab; give a source, a tab and a target in each line."
              .formatted(places.name(), number));
    }
    var full = Arrays.copyOf(row, cells.size());
    for (int i = 0; i < full.length; i++) {
      cells.get(i).add(i < row.length ? full[i] : "");
    }
    places.add(number);
  }
}
