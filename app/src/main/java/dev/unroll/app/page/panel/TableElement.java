package dev.unroll.app.page.panel;

import java.util.List;

/// A table.
///
/// @param columns their headers; empty for a table of names and values without headers
/// @param rows each as many cells as there are columns
/// @param marked the index of a highlighted row; −1 for none
public record TableElement(Caption caption, List<String> columns, List<List<String>> rows,
    int marked)
    implements
      Panel {
  /// The lists are copied.
  public TableElement {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /// A table without a highlighted row.
  public static TableElement of(Caption caption, List<String> columns, List<List<String>> rows) {
    return new TableElement(caption, columns, rows, -1);
  }
}
