package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/// SeriesRows from arrays of the caller.
final class PlainColumns implements SeriesRows {
  private final SequencedMap<String, double[]> columns;
  private final int rows;

  PlainColumns(SequencedMap<String, double[]> columns) {
    this.columns = columns;
    if (columns.isEmpty()) {
      throw new DataException("The series has no column, expected at least one.");
    }
    var first = columns.firstEntry();
    rows = first.getValue().length;
    columns.forEach((name, values) -> {
      if (values.length != rows) {
        throw new DataException("The series has %d values in %s, but %d in %s; give as many."
            .formatted(rows, first.getKey(), values.length, name));
      }
    });
  }

  @Override
  public String source() {
    return "The series";
  }

  @Override
  public List<String> names() {
    return List.copyOf(columns.keySet());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public boolean isNumeric(String name) {
    return true;
  }

  @Override
  public double[] numbers(String name) {
    var values = columns.get(name);
    if (values == null) {
      throw new DataException("The series has no column %s; it has %s.".formatted(name, names()));
    }
    return values;
  }

  @Override
  public List<String> texts(String name) {
    return Arrays.stream(numbers(name)).mapToObj(v -> v == Math.rint(v) ? "" + (long) v : "" + v)
        .toList();
  }

  @Override
  public String place(int row, String column) {
    return "The series, step %d, %s".formatted(row, column);
  }
}
