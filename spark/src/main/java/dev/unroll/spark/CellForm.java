package dev.unroll.spark;

import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.model.Structure;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/// What a model reads from a cell.
///
/// @param kind texts, symbols or numbers
/// @param columns F, the numbers of a step; 1 otherwise
record CellForm(Kind kind, int columns) {
  /// What a model reads.
  enum Kind {
    TEXT, SYMBOLS, NUMBERS
  }

  static final CellForm TEXT = new CellForm(Kind.TEXT, 1);

  static CellForm of(Structure model) {
    var inputs = model.architecture().inputs();
    return inputs.symbols() > 0 ? new CellForm(Kind.SYMBOLS, 1)
        : new CellForm(Kind.NUMBERS, inputs.size());
  }

  /// Reads cells of a column.
  @FunctionalInterface
  interface CellReader {
    /// The cell of a row; null if it is null.
    ///
    /// @throws DataException if it does not make whole steps
    @Nullable
    Object of(Row row);
  }

  /// Returns a reader of a column.
  ///
  /// @throws DataException if the model does not read what is in it
  CellReader reader(String name, int index, DataType type) {
    boolean text = type instanceof StringType;
    var element = type instanceof ArrayType array ? array.elementType() : null;
    var inner = element instanceof ArrayType array ? array.elementType() : null;
    boolean fits = switch (kind) {
      case TEXT -> text;
      case SYMBOLS -> element instanceof NumericType && !(element instanceof FloatType)
          && !(element instanceof DoubleType);
      case NUMBERS -> element instanceof NumericType || inner instanceof NumericType;
    };
    if (!fits) {
      throw new DataException("the column %s has %s, but the model reads %s".formatted(name,
          type.catalogString(), this));
    }
    CellReader cells = switch (kind) {
      case TEXT -> row -> row.getString(index);
      case SYMBOLS -> row -> symbols(row.getSeq(index));
      case NUMBERS -> inner == null ? row -> flat(row.getSeq(index))
          : row -> steps(row.getSeq(index));
    };
    return row -> row.isNullAt(index) ? null : cells.of(row);
  }

  private static Values symbols(Seq<?> cell) {
    var symbols = new int[cell.length()];
    for (int t = 0; t < symbols.length; t++) {
      if (!(cell.apply(t) instanceof Number symbol)) {
        throw new DataException("step %d is missing, expected a symbol".formatted(t));
      }
      symbols[t] = Math.toIntExact(symbol.longValue());
    }
    return new Values.Symbols(symbols);
  }

  private Values flat(Seq<?> cell) {
    int n = cell.length();
    if (n % columns != 0) {
      throw new DataException(("%d numbers do not make whole steps of %d; give all numbers of a "
          + "step, one step behind the other").formatted(n, columns));
    }
    return values(n, i -> number(cell.apply(i)));
  }

  private Values steps(Seq<?> cell) {
    var rows = new Seq<?>[cell.length()];
    for (int t = 0; t < rows.length; t++) {
      if (!(cell.apply(t) instanceof Seq<?> row) || row.length() != columns) {
        throw new DataException("step %d has %s numbers, expected %d".formatted(t,
            cell.apply(t) instanceof Seq<?> other ? other.length() : "no", columns));
      }
      rows[t] = row;
    }
    return values(rows.length * columns, i -> number(rows[i / columns].apply(i % columns)));
  }

  private Values values(int n, IntToDoubleFunction number) {
    var numbers = new double[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = number.applyAsDouble(i);
    }
    return Values.Features.exact(numbers, columns);
  }

  private static double number(@Nullable Object element) {
    return element instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case TEXT -> "text";
      case SYMBOLS -> "symbols, an array<int>";
      case NUMBERS -> ("numbers, an array<array<float>> of steps with %d each, or an array<float> "
          + "of all of them").formatted(columns);
    };
  }
}
