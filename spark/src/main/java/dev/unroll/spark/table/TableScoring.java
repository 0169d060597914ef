package dev.unroll.spark.table;

import static dev.unroll.spark.table.ColumnNames.column;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import dev.unroll.data.DataException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/// Scores tables with a model.
///
/// ```java
/// var model = TableModel.load(spark, "hdfs:///models/fault.safetensors");
/// var faults = TableScoring.of(model).score(cycles, "vibration", "fault");
///
/// var cycles = TableScoring.sequences(readings, "machine", "time", "vibration",
///     List.of("x", "y", "z"));              // rows of readings: one array for each machine
/// ```
///
/// The model is sent once to each task and is there once in each executor; each task reads its rows
/// some thousand at a time, those of similar length side by side. An answer has the same bits
/// whatever else is in the table and however it is partitioned. Works on streaming tables as well,
/// as each row is scored on its own. Rows are read as Spark 4.2 keeps them, without an object for
/// each number; another version of Spark needs another version of this library.
///
/// A value: each setting gives a changed copy.
public final class TableScoring {
  private static final int ROWS = 2048;

  private final TableModel model;
  private final InvalidRows invalid;
  private final int rows;

  private TableScoring(TableModel model, InvalidRows invalid, int rows) {
    this.model = model;
    this.invalid = invalid;
    this.rows = rows;
  }

  /// Scores with a model; rows that it cannot read fail the job.
  public static TableScoring of(TableModel model) {
    return new TableScoring(model, InvalidRows.ERROR, ROWS);
  }

  /// Sets what becomes of rows that the model cannot read.
  public TableScoring invalid(InvalidRows invalid) {
    return new TableScoring(model, invalid, rows);
  }

  /// Sets the largest number of rows that a task reads at a time; 2048 by default.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public TableScoring rows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("%d rows at a time, expected at least 1".formatted(rows));
    }
    return new TableScoring(model, invalid, rows);
  }

  /// The table with a column of answers.
  ///
  /// @param input the column with the sequences or texts
  /// @param output the column of the answers
  /// @throws DataException if there is no such column, the model reads something else, or there is
  ///     a column of the answers already
  public Dataset<Row> score(Dataset<Row> table, String input, String output) {
    var scored = schema(table.schema(), input, output);
    int index = table.schema().fieldIndex(input);
    return MappedRows.of(table, scored,
        new RowScoring(model, table.schema(), index, invalid, rows));
  }

  /// The columns of the result.
  ///
  /// @throws DataException as [#score]
  StructType schema(StructType table, String input, String output) {
    ColumnNames.require(table, List.of(input));
    ColumnNames.requireFree(table, output, "give the answers another name");
    model.cells().reads().reader(input, 0, table.apply(input).dataType());
    return table.add(output, model.cells().answer(), true);
  }

  /// Makes rows of time into sequences: a row for each key, with an `array<array<double>>` of its
  /// values in the order of time. Rows with the same time come in the order of their values.
  ///
  /// @param key the column that says which rows belong together
  /// @param time any column that can be ordered
  /// @param sequence the column of the sequences
  /// @param values the columns with the numbers of a step; null is a missing number
  /// @throws DataException if a column is missing, or the sequences have the name of the keys
  public static Dataset<Row> sequences(Dataset<Row> table, String key, String time,
      String sequence, List<String> values) {
    var names = new ArrayList<>(List.of(key, time));
    names.addAll(values);
    ColumnNames.require(table.schema(), names);
    ColumnNames.requireFree(new StructType().add(table.schema().apply(key)), sequence,
        "give the sequences another name");
    var numbers = array(values.stream().map(name -> column(name).cast("double"))
        .toArray(Column[]::new));
    var steps = sort_array(collect_list(struct(column(time).as("time"), numbers.as("values"))));
    return table.groupBy(column(key)).agg(steps.as(sequence))
        .withColumn(sequence, transform(column(sequence), step -> step.getField("values")));
  }
}
