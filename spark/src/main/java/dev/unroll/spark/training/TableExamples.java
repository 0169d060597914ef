package dev.unroll.spark.training;

import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.data.Values;
import dev.unroll.model.Structure;
import dev.unroll.spark.table.CellForm;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// The rows of a table as examples, which are sent to all executors: in their order, so that the
/// batches do not depend on partitions.
///
/// @param schema of the two columns: what is read, and the target
/// @param batch B
/// @param share of the examples that validates, drawn by the seed; 0 for none
record TableExamples(Broadcast<List<Row>> rows, StructType schema, int batch, double share,
    long seed) implements TrainingBatches {

  static TableExamples of(Dataset<Row> table, String input, String target, int batch,
      double share, long seed) {
    var chosen = table.select(input, target);
    var context = JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
    return new TableExamples(context.broadcast(chosen.collectAsList()), chosen.schema(), batch,
        share, seed);
  }

  @Override
  public Batches train(Structure model) {
    return Batches.of(split(model).train(), batch, seed);
  }

  @Override
  public @Nullable Batches validation(Structure model) {
    var validation = split(model).validation();
    return validation.isEmpty() ? null : Batches.byLength(validation, batch);
  }

  private Split split(Structure model) {
    var examples = model.scaled(examples(model));
    int validating = (int) (examples.size() * share);
    return validating == 0 ? new Split(examples, List.of(), List.of())
        : Split.random(examples, share, 0, seed);
  }

  /// The examples as a model reads them.
  ///
  /// @throws DataException if there is none, or it cannot read one
  List<Example> examples(Structure model) {
    var input = input(model);
    var target = target(model);
    var examples = new ArrayList<Example>();
    for (var row : rows.value()) {
      examples.add(new Example(present(input.of(row), row), present(target.of(row), row)));
    }
    model.check(examples);
    return examples;
  }

  private CellForm.CellReader input(Structure model) {
    var inputs = model.architecture().inputs();
    boolean texts =
        inputs.tokens() != null && schema.apply(0).dataType().typeName().equals("string");
    var form = texts ? CellForm.TEXT : CellForm.of(model);
    var reader = form.reader(schema.apply(0).name(), 0, schema.apply(0).dataType());
    return texts ? row -> row.isNullAt(0) ? null
        : new Values.Symbols(inputs.encode(row.getString(0))) : reader;
  }

  /// Targets: a class as a number or by its label, one number, or an array of either.
  private CellForm.CellReader target(Structure model) {
    var outputs = model.architecture().outputs();
    var column = schema.apply(1);
    var labels = outputs.labels();
    boolean classes = outputs.loss().isOfClasses();
    return switch (column.dataType().typeName()) {
      case "string" -> {
        if (labels == null) {
          throw new DataException(
              "the column %s has labels, but the model knows none; make it with "
                  .formatted(column.name()) + "Outputs.labels, or give numbers of classes");
        }
        yield row -> row.isNullAt(1) ? null : Values.Symbols.of(labels.number(row.getString(1)));
      }
      case "array" -> new CellForm(classes ? CellForm.Kind.SYMBOLS : CellForm.Kind.NUMBERS,
          classes ? 1 : outputs.targets()).reader(column.name(), 1, column.dataType());
      default -> row -> row.get(1) instanceof Number number
          ? classes ? Values.Symbols.of(Math.toIntExact(number.longValue()))
              : Values.Features.exact(new double[] {number.doubleValue()}, 1)
          : null;
    };
  }

  private static Values present(@Nullable Object cell, Row row) {
    if (cell instanceof Values values) {
      return values;
    }
    throw new DataException("the example %s has nothing to read or to learn; leave such rows out"
        .formatted(row));
  }
}
