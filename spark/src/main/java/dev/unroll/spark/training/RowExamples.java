package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.text.Excerpt;
import dev.unroll.model.Structure;
import dev.unroll.spark.table.CellForm;
import org.apache.spark.sql.catalyst.CatalystTypeConverters$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// Reads rows of two columns, what is read and what is learned, as the examples of a model.
final class RowExamples {
  private final StructType schema;
  private final CellForm.CellReader input;
  private final CellForm.CellReader target;

  /// @param schema of the two columns
  /// @throws DataException if the model does not read or learn what is in them
  RowExamples(Structure model, StructType schema) {
    this.schema = schema;
    input = input(model, schema.apply(0));
    target = target(model, schema.apply(1));
  }

  /// The example in a row of Spark's own.
  ///
  /// @throws DataException if there is none
  Example example(InternalRow row) {
    return new Example(present(input.of(row), row), present(target.of(row), row));
  }

  private static CellForm.CellReader input(Structure model, StructField column) {
    var inputs = model.architecture().inputs();
    boolean texts = inputs.tokens() != null && column.dataType() instanceof StringType;
    return texts
        ? row -> row.isNullAt(0) ? null
            : new Values.Symbols(inputs.encode(row.getUTF8String(0).toString()))
        : CellForm.of(model).reader(column.name(), 0, column.dataType());
  }

  /// Targets: a class as a number or by its label, one number, or an array of either.
  private static CellForm.CellReader target(Structure model, StructField column) {
    var outputs = model.architecture().outputs();
    var labels = outputs.labels();
    boolean classes = outputs.loss().isOfClasses();
    return switch (column.dataType()) {
      case StringType _ -> label(column, labels);
      case ArrayType type -> new CellForm(classes ? CellForm.Kind.SYMBOLS : CellForm.Kind.NUMBERS,
          classes ? 1 : outputs.targets()).reader(column.name(), 1, type);
      case NumericType type -> row -> row.isNullAt(1) ? null
          : classes ? classNumber(column, number(row, type), outputs.targets())
              : Values.Features.exact(new double[] {number(row, type)}, 1);
      default -> throw new DataException(
          "the column %s has %s, expected a class, a label, a number, or an array of them"
              .formatted(column.name(), column.dataType().catalogString()));
    };
  }

  private static Values classNumber(StructField column, double number, int classes) {
    if (number != Math.rint(number) || number < 0 || number >= classes) { // nor NaN
      throw new DataException("the column %s has %s, expected the number of a class, 0 to %d"
          .formatted(column.name(), number, classes - 1));
    }
    return Values.Symbols.of((int) number);
  }

  private static CellForm.CellReader label(StructField column, @Nullable Tokens labels) {
    if (labels == null) {
      throw new DataException("the column %s has labels, but the model knows none; make it with "
          .formatted(column.name()) + "Outputs.labels, or give numbers of classes");
    }
    return row -> row.isNullAt(1) ? null
        : Values.Symbols.of(labels.number(row.getUTF8String(1).toString()));
  }

  private static double number(SpecializedGetters row, DataType type) {
    return row.get(1, type) instanceof Decimal decimal ? decimal.toDouble()
        : ((Number) row.get(1, type)).doubleValue();
  }

  private Values present(@Nullable Object cell, InternalRow row) {
    if (cell instanceof Values values) {
      return values;
    }
    throw new DataException("the example %s has nothing to read or to learn; leave such rows out"
        .formatted(Excerpt.of(String.valueOf(
            CatalystTypeConverters$.MODULE$.convertToScala(row, schema)))));
  }
}
