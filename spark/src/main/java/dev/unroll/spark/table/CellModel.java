package dev.unroll.spark.table;

import java.util.List;
import org.apache.spark.sql.types.DataType;

/// What a model reads from a cell and answers; shared by all tasks of an executor.
interface CellModel {
  /// The type of its answers.
  DataType answer();

  /// What it reads.
  CellForm reads();

  /// The names of its classes, in the order of their probabilities; empty if it has none.
  default List<String> labels() {
    return List.of();
  }

  /// One that answers, for one task.
  Answers answers();

  /// Answers for cells, each a text or a [dev.unroll.data.Values], as Spark has them in its own
  /// rows.
  @FunctionalInterface
  interface Answers {
    /// One answer for each.
    ///
    /// @throws dev.unroll.data.DataException if the model cannot read one
    List<?> of(List<Object> cells);
  }
}
