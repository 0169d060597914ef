package dev.unroll.spark.training;

import dev.unroll.data.Batches;
import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import dev.unroll.data.Split;
import dev.unroll.model.Structure;
import dev.unroll.spark.table.CellForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    long seed) implements TrainingBatches, AutoCloseable {

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

  @Override
  public Map<String, String> description(Structure model) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("batch", String.valueOf(batch));
    settings.put("validation", String.valueOf(share));
    settings.put("seed", String.valueOf(seed));
    settings.put("examples", FitFolder.digest(examples(model)));
    return settings;
  }

  /// Takes the rows from the memory of all executors and of this process.
  @Override
  public void close() {
    rows.destroy();
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
    var reader = new RowExamples(model, schema);
    var internal = CellForm.rows(schema);
    var examples = new ArrayList<Example>();
    for (var row : rows.value()) {
      try {
        examples.add(reader.example(internal.apply(row)));
      } catch (DataException e) {
        throw new DataException("row %d: %s".formatted(examples.size(), e.getMessage()), e);
      }
    }
    model.check(examples);
    return examples;
  }
}
