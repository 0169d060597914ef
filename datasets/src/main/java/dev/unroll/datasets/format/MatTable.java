package dev.unroll.datasets.format;

import dev.unroll.data.DataException;
import dev.unroll.datasets.format.MatFile.Matrix;
import dev.unroll.table.Table;
import dev.unroll.table.TableFormat;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// MATLAB 5 files as tables: a vector is a column, a matrix one for each of its columns (`x1`,
/// `x2`, …). Those of the most common number of rows make the table; others are left out, as are
/// texts.
public final class MatTable implements TableFormat {
  /// Called by `ServiceLoader`.
  public MatTable() {}

  @Override
  public boolean reads(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".mat");
  }

  @Override
  public Table read(Path file) {
    var variables = new LinkedHashMap<String, Matrix>();
    MatFile.of(SourceBytes.of(file)).matrices()
        .forEach((name, matrix) -> variables.put(name, upright(matrix)));
    int rows = variables.values().stream().map(Matrix::rows).filter(n -> n > 1)
        .collect(Collectors.groupingBy(n -> n, Collectors.counting())).entrySet().stream()
        .max(Map.Entry.<Integer, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElseThrow(() -> new DataException(
            "%s has no matrix of numbers with two rows or more; export the table as CSV."
                .formatted(file)));
    var columns = new LinkedHashMap<String, List<String>>();
    variables.forEach((name, matrix) -> {
      for (int column = 0; matrix.rows() == rows && column < matrix.columns(); column++) {
        columns.put(matrix.columns() == 1 ? name : name + (column + 1), cells(matrix, column));
      }
    });
    return Table.of(file.toString(), columns);
  }

  /// A row of numbers is a column that lies down.
  private static Matrix upright(Matrix matrix) {
    return matrix.rows() == 1 ? new Matrix(matrix.columns(), 1, matrix.values()) : matrix;
  }

  private static List<String> cells(Matrix matrix, int column) {
    return new AbstractList<>() {
      @Override
      public String get(int row) {
        double value = matrix.at(row, column);
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
            : Double.toString(value);
      }

      @Override
      public int size() {
        return matrix.rows();
      }
    };
  }
}
