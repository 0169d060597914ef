package dev.unroll.table;

import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.table.text.Characters;
import dev.unroll.table.text.PackedTexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads cells between tabs as they are, without quoting, as sentences have quotes of their own;
/// with a head or without one.
final class PlainTabs {
  private PlainTabs() {}

  /// Whether a file is read so, by its name.
  static boolean is(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT)
        .matches(".*\\.(tsv|tab|txt)(\\.gz)?");
  }

  /// @param source a column that the head may name
  /// @param target another one
  /// @param reasons gets how the first line was taken, where it is not plain
  /// @throws DataException one sentence with the line, if it cannot be read, a line has fewer cells
  ///     than the first one, or there is one column only
  static Table read(Path file, @Nullable String source, @Nullable String target,
      List<String> reasons) {
    var table = read(file, row -> PairColumns.isHead(row, source, target), true);
    if (!isFirstPair(table)) {
      return table; // it has a head that is known to be one
    }
    var first = table.columns().stream().map(column -> column.text(0)).limit(2).toList();
    if (table.rows() > 1 && PairColumns.namesPairs(first) && isOnce(table.columns(), first)) {
      reasons.add("the first line is taken as a head, as its cells occur nowhere else");
      return read(file, _ -> true, true);
    }
    reasons.add("the first line is read as a pair");
    return table;
  }

  /// The cells of sources, whose targets may be missing.
  ///
  /// @param source a column that the head may name
  static Table sources(Path file, @Nullable String source) {
    return read(file, row -> PairColumns.isHead(row, source, null)
        || row.size() > 1 && PairColumns.namesPairs(row.subList(0, 2)), false);
  }

  private static boolean isFirstPair(Table table) {
    return table.columns().getFirst().name().equals("column 1");
  }

  private static boolean isOnce(List<Column> columns, List<String> first) {
    for (int i = 0; i < first.size(); i++) {
      for (int row = 1; row < columns.get(i).rows(); row++) {
        if (columns.get(i).text(row).strip().equals(first.get(i).strip())) {
          return false;
        }
      }
    }
    return true;
  }

  private static Table read(Path file, Predicate<List<String>> isHead, boolean pairs) {
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
          if (begin(file, row, names, cells, isHead, pairs)) {
            continue;
          }
        }
        add(places, row, cells, number, pairs);
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
      Predicate<List<String>> isHead, boolean pairs) {
    if (pairs && row.length < 2) {
      throw new DataException(
          "%s, line 1: there is no tab; give a source, a tab and a target in each line."
              .formatted(file));
    }
    boolean head = isHead.test(List.of(row));
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
  private static void add(RowPlaces places, String[] row, List<PackedTexts> cells, long number,
      boolean pairs) {
    if (pairs && row.length < Math.min(2, cells.size())) {
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
