package dev.unroll.spark.table;

import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/// Scores the rows of a partition.
///
/// @param schema of the rows
/// @param index of the column that is read
/// @param rows the most rows that are read at a time
record RowScoring(TableModel model, StructType schema, int index, InvalidRows invalid, int rows)
    implements
      MappedRows.PartitionFunction {

  @Override
  public Iterator<InternalRow> rows(Iterator<InternalRow> partition) {
    return new ScoredRows(partition, this);
  }
}
