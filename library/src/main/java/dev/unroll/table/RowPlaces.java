package dev.unroll.table;

import java.util.Arrays;

/// The file and line in which each row of a table begins.
final class RowPlaces {
  private final String name;
  private final boolean commas;
  private final String word;

  /// Of rows 0, 1, …; empty as long as each row is on the line after the previous one.
  private int[] lines = {};
  private int count;
  private int first;

  RowPlaces(String name) {
    this(name, true);
  }

  /// @param commas whether a comma in a cell is one of few, as commas separate the cells
  RowPlaces(String name, boolean commas) {
    this(name, commas, "line");
  }

  private RowPlaces(String name, boolean commas, String word) {
    this.name = name;
    this.commas = commas;
    this.word = word;
  }

  /// Of rows that are not lines of a text: places are rows from 1.
  static RowPlaces rows(String name, int rows) {
    var places = new RowPlaces(name, true, "row");
    for (int row = 1; row <= rows; row++) {
      places.add(row);
    }
    return places;
  }

  boolean separatedByCommas() {
    return commas;
  }

  String name() {
    return name;
  }

  void add(long line) {
    int at = Math.toIntExact(line);
    if (count == 0) {
      first = at;
    }
    if (lines.length == 0 && at != first + count) {
      lines = new int[Math.max(16, count + (count >> 1))];
      for (int i = 0; i < count; i++) {
        lines[i] = first + i;
      }
    }
    if (lines.length > 0) {
      if (count == lines.length) {
        lines = Arrays.copyOf(lines, count + (count >> 1));
      }
      lines[count] = at;
    }
    count++;
  }

  int line(int row) {
    return lines.length == 0 ? first + row : lines[row];
  }

  String where(int row) {
    return "%s, %s %d".formatted(name, word, line(row));
  }
}
