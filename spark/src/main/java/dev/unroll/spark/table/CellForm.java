package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.model.Inputs;
import dev.unroll.model.Structure;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// What a model reads from a cell.
///
/// @param kind texts, symbols or numbers
/// @param columns F, the numbers of a step; 1 otherwise
/// @param tokens the inputs of a model of symbols that knows which characters or words they are, so
///     that it reads texts as well; null for none
/// @param complete whether a null in place of a number is refused here, with a sentence; else it is
///     NaN, a missing number
public record CellForm(Kind kind, int columns, @Nullable Inputs tokens, boolean complete) {
  /// What a model reads.
  public enum Kind {
    TEXT, SYMBOLS, NUMBERS
  }

  /// Cells of one kind, where null is a missing number.
  public CellForm(Kind kind, int columns) {
    this(kind, columns, null, false);
  }

  /// A text.
  public static final CellForm TEXT = new CellForm(Kind.TEXT, 1);

  /// What a structure reads.
  public static CellForm of(Structure model) {
    var inputs = model.architecture().inputs();
    return inputs.symbols() > 0
        ? new CellForm(Kind.SYMBOLS, 1, inputs.tokens() == null ? null : inputs, false)
        : new CellForm(Kind.NUMBERS, inputs.size());
  }

  /// The same without missing numbers.
  CellForm withoutGaps() {
    return new CellForm(kind, columns, tokens, true);
  }

  /// Reads cells of a column of Spark's own rows, whose arrays lie side by side in memory: an
  /// object for each number would cost as much as a small model.
  @FunctionalInterface
  public interface CellReader {
    /// The cell of a row; null if it is null. It keeps nothing of the row, which Spark may use
    /// again.
    ///
    /// @throws DataException if it does not make whole steps
    @Nullable
    Object of(SpecializedGetters row);
  }

  /// What makes rows with a schema Spark's own, for rows that come from elsewhere.
  public static Function<Row, InternalRow> rows(StructType schema) {
    var converter = CatalystTypeConverters$.MODULE$.createToCatalystConverter(schema);
    return row -> (InternalRow) converter.apply(row);
  }

  /// Returns a reader of a column.
  ///
  /// @throws DataException if the model does not read what is in it
  public CellReader reader(String name, int index, DataType type) {
    var array = type instanceof ArrayType some ? some : null;
    var inner = array != null && array.elementType() instanceof ArrayType some ? some : null;
    CellReader cells = switch (kind) {
      case TEXT -> type instanceof StringType ? row -> row.getUTF8String(index).toString() : null;
      case SYMBOLS -> array != null && isWhole(array.elementType())
          ? row -> symbols(row.getArray(index), NumberArray.of(array))
          : tokens != null && type instanceof StringType
              ? row -> new Values.Symbols(tokens.encode(row.getUTF8String(index).toString()))
              : null;
      case NUMBERS -> inner != null && inner.elementType() instanceof NumericType
          ? row -> steps(row.getArray(index), NumberArray.of(inner))
          : array != null && array.elementType() instanceof NumericType
              ? row -> flat(row.getArray(index), NumberArray.of(array))
              : null;
    };
    if (cells == null) {
      throw new DataException("the column %s has %s, but the model reads %s".formatted(name,
          type.catalogString(), this));
    }
    return row -> row.isNullAt(index) ? null : cells.of(row);
  }

  private static boolean isWhole(DataType type) {
    return type instanceof DecimalType decimal ? decimal.scale() == 0
        : type instanceof NumericType && !(type instanceof FloatType)
            && !(type instanceof DoubleType);
  }

  private static Values symbols(ArrayData cell, NumberArray numbers) {
    var symbols = new int[cell.numElements()];
    for (int t = 0; t < symbols.length; t++) {
      if (cell.isNullAt(t)) {
        throw new DataException("step %d is missing, expected a symbol".formatted(t));
      }
      double symbol = numbers.at(cell, t);
      symbols[t] = (int) symbol;
      if (symbols[t] != symbol) {
        throw new DataException("step %d has %.0f, expected a symbol, at most %d".formatted(t,
            symbol, Integer.MAX_VALUE));
      }
    }
    return new Values.Symbols(symbols);
  }

  private Values flat(ArrayData cell, NumberArray numbers) {
    int n = cell.numElements();
    if (n % columns != 0) {
      throw new DataException(("%d numbers do not make whole steps of %d; give all numbers of a "
          + "step, one step behind the other").formatted(n, columns));
    }
    for (int i = 0; complete && numbers.nulls() && i < n; i++) {
      requirePresent(cell, i, i / columns, i % columns);
    }
    return numbers.areFloats() ? new Values.Features(numbers.floats(cell), columns)
        : Values.Features.exact(numbers.doubles(cell), columns);
  }

  private static void requirePresent(ArrayData cell, int i, int step, int column) {
    if (cell.isNullAt(i)) {
      throw new DataException(("the input at step %d, column %d is missing, expected a finite "
          + "number").formatted(step, column));
    }
  }

  private Values steps(ArrayData cell, NumberArray numbers) {
    int n = cell.numElements();
    var floats = new float[numbers.areFloats() ? n * columns : 0];
    var doubles = new double[numbers.areFloats() ? 0 : n * columns];
    for (int t = 0; t < n; t++) {
      var step = cell.isNullAt(t) ? null : cell.getArray(t);
      if (step == null || step.numElements() != columns) {
        throw new DataException("step %d has %s numbers, expected %d".formatted(t,
            step == null ? "no" : step.numElements(), columns));
      }
      for (int i = 0; complete && numbers.nulls() && i < columns; i++) {
        requirePresent(step, i, t, i);
      }
      if (numbers.areFloats()) {
        System.arraycopy(numbers.floats(step), 0, floats, t * columns, columns);
      } else {
        System.arraycopy(numbers.doubles(step), 0, doubles, t * columns, columns);
      }
    }
    return numbers.areFloats() ? new Values.Features(floats, columns)
        : Values.Features.exact(doubles, columns);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case TEXT -> "text";
      case SYMBOLS -> (tokens == null ? "" : "texts, or ") + "symbols, an array<int>";
      case NUMBERS -> ("numbers, an array<array<float>> of steps with %d each, or an array<float> "
          + "of all of them").formatted(columns);
    };
  }
}
