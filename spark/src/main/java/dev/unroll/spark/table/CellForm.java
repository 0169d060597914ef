package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.model.Structure;
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
public record CellForm(Kind kind, int columns) {
  /// What a model reads.
  public enum Kind {
    TEXT, SYMBOLS, NUMBERS
  }

  /// A text.
  public static final CellForm TEXT = new CellForm(Kind.TEXT, 1);

  /// What a structure reads.
  public static CellForm of(Structure model) {
    var inputs = model.architecture().inputs();
    return inputs.symbols() > 0 ? new CellForm(Kind.SYMBOLS, 1)
        : new CellForm(Kind.NUMBERS, inputs.size());
  }

  /// Reads cells of a column.
  @FunctionalInterface
  public interface CellReader {
    /// The cell of a row; null if it is null.
    ///
    /// @throws DataException if it does not make whole steps
    @Nullable
    Object of(Row row);
  }

  /// Returns a reader of a column.
  ///
  /// @throws DataException if the model does not read what is in it
  public CellReader reader(String name, int index, DataType type) {
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
      case NUMBERS -> inner == null
          ? row -> flat(row.getSeq(index), !(element instanceof FloatType))
          : row -> steps(row.getSeq(index), !(inner instanceof FloatType));
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

  private Values flat(Seq<?> cell, boolean exact) {
    int n = cell.length();
    if (n % columns != 0) {
      throw new DataException(("%d numbers do not make whole steps of %d; give all numbers of a "
          + "step, one step behind the other").formatted(n, columns));
    }
    var numbers = new Numbers(n, exact);
    for (int i = 0; i < n; i++) {
      numbers.set(i, cell.apply(i));
    }
    return numbers.values(columns);
  }

  private Values steps(Seq<?> cell, boolean exact) {
    int n = cell.length();
    var numbers = new Numbers(n * columns, exact);
    for (int t = 0; t < n; t++) {
      if (!(cell.apply(t) instanceof Seq<?> row) || row.length() != columns) {
        throw new DataException("step %d has %s numbers, expected %d".formatted(t,
            cell.apply(t) instanceof Seq<?> other ? other.length() : "no", columns));
      }
      for (int f = 0; f < columns; f++) {
        numbers.set(t * columns + f, row.apply(f));
      }
    }
    return numbers.values(columns);
  }

  /// The numbers of a cell.
  ///
  /// @param floats if all of them are floats
  /// @param doubles with more digits otherwise
  private record Numbers(float[] floats, double @Nullable [] doubles) {
    Numbers(int n, boolean exact) {
      this(new float[exact ? 0 : n], exact ? new double[n] : null);
    }

    void set(int i, @Nullable Object element) {
      if (doubles != null) {
        doubles[i] = element instanceof Number number ? number.doubleValue() : Double.NaN;
      } else {
        floats[i] = element instanceof Float number ? number : Float.NaN;
      }
    }

    Values values(int columns) {
      return doubles != null ? Values.Features.exact(doubles, columns)
          : new Values.Features(floats, columns);
    }
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
