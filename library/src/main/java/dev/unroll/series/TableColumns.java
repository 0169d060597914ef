package dev.unroll.series;

import dev.unroll.table.Table;
import java.util.AbstractList;
import java.util.List;

/// Columns of a table.
record TableColumns(Table table) implements SeriesRows {

  @Override
  public String source() {
    return table.name();
  }

  @Override
  public List<String> names() {
    return table.names();
  }

  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public boolean isNumeric(String name) {
    return table.column(name).isNumeric();
  }

  @Override
  public double[] numbers(String name) {
    var column = table.column(name);
    return column.isNumeric() ? column.numbersOrMissing() : column.numbers();
  }

  @Override
  public int notNumbers(String name) {
    return table.column(name).notNumbers();
  }

  /// Texts are created on demand, so that a million stamps are not a million objects.
  @Override
  public List<String> texts(String name) {
    var column = table.column(name);
    return new AbstractList<>() {
      @Override
      public String get(int row) {
        return column.text(row);
      }

      @Override
      public int size() {
        return column.rows();
      }
    };
  }

  @Override
  public String place(int row, String column) {
    return table.column(column).where(row);
  }
}
