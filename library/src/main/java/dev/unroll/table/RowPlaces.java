package dev.unroll.table;

import java.util.Arrays;

/// The file and line in which each row of a table begins.
final class RowPlaces {
  private final String name;
  private final boolean commas;

  /// Of rows 0, 1, …; empty as long as each row is on the line after the previous one.
  private int[] lines = {};
  private int count;
  private int first;

  RowPlaces(String name) {
    this(name, true);
  }

  /// @param commas whether a comma in a cell is one of few, as commas separate the cells
  RowPlaces(String name, boolean commas) {
    this.name = name;
    this.commas = commas;
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
    return "%s, line %d".formatted(name, line(row));
  }
}
