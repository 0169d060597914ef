package dev.unroll.app.page;

import java.util.List;

/// A table.
///
/// @param columns their heads; empty for a table of names and values without heads
/// @param rows each as many cells as there are columns
/// @param marked the number of a row that stands out, counted from 0; −1 for none
public record Table(Caption caption, List<String> columns, List<List<String>> rows, int marked)
    implements
      Panel {
  /// The lists are copied.
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /// One in which no row stands out.
  public static Table of(Caption caption, List<String> columns, List<List<String>> rows) {
    return new Table(caption, columns, rows, -1);
  }
}
