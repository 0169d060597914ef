package dev.unroll.spark.table;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/// Scores the rows of a partition.
///
/// @param input the name of the column that is read
/// @param index of the column
/// @param type of the column
/// @param rows the most rows that are read at a time
record RowScoring(TableModel model, String input, int index, DataType type, InvalidRows invalid,
    int rows) implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> partition) {
    return new ScoredRows(partition, this);
  }
}
