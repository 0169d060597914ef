package dev.unroll.series;

import dev.unroll.data.text.Excerpt;
import dev.unroll.table.NumberForm;
import dev.unroll.table.Table;
import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SeriesRows of a table.
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

  @Override
  public String firstNotNumber(String name) {
    var column = table.column(name);
    int row = column.firstNotNumber();
    return "\"%s\" in line %d".formatted(Excerpt.of(column.text(row)), table.line(row));
  }

  @Override
  public @Nullable String numberForm(String name) {
    return switch (table.column(name).numberForm()) {
      case POINT, UNCLEAR -> null;
      case COMMA -> "decimal commas";
      case THOUSANDS -> "commas between thousands";
    };
  }

  @Override
  public String whyNoNumbers(String name) {
    var column = table.column(name);
    int row = 0;
    while (row < column.rows() - 1 && column.isMissing(row)) {
      row++;
    }
    var first = Excerpt.of(column.text(row));
    return column.isMissing(row) ? "no value"
        : column.numberForm() == NumberForm.UNCLEAR
            ? "\"%s\" may have a decimal comma or thousands; write it with a point".formatted(first)
            : "text, first \"%s\"".formatted(first);
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
