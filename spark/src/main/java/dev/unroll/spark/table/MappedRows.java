package dev.unroll.spark.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/// A table whose rows are made of those of another by a function of Spark's own rows, in which the
/// numbers of an array lie side by side. It is planned, run lazily and streamed as
/// [Dataset#mapPartitions] is, which would make an object of each number of each array and numbers
/// of the objects again.
///
/// ```
/// SELECT row.*  ←  MapPartitions(row → row)  ←  SELECT struct(*) AS row
/// ```
///
/// It stands on what Spark 4.2 promises to nobody: the node `MapPartitions` of a logical plan hands
/// its function what lies in the one column below, which may be a struct as well as an object of a
/// class, and a `Dataset` can be made of a plan. `MappedRowsTest` fails when one of them changes.
final class MappedRows {
  private static final String ROW = "row";

  private MappedRows() {}

  /// Makes rows of rows; sent to the executors.
  interface PartitionFunction
      extends
      Function1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>,
      Serializable {
    /// The rows of a partition.
    ///
    /// @param partition whose rows are valid until the next one
    Iterator<InternalRow> rows(Iterator<InternalRow> partition);

    @Override
    @SuppressWarnings("unchecked") // it is a struct that lies in the column
    default scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> partition) {
      var all = (scala.collection.Iterator<InternalRow>) (scala.collection.Iterator<?>) partition;
      return (scala.collection.Iterator<Object>) (scala.collection.Iterator<?>) CollectionConverters
          .asScala(rows(CollectionConverters.asJava(all)));
    }
  }

  /// The table that a function makes of another.
  ///
  /// @param schema of the rows that it makes
  static Dataset<Row> of(Dataset<Row> table, StructType schema, PartitionFunction function) {
    var whole = (org.apache.spark.sql.classic.Dataset<Row>) table.select(struct(col("*")).as(ROW));
    var row = new AttributeReference(ROW, schema, false, Metadata.empty(),
        NamedExpression.newExprId(), CollectionConverters.asScala(List.<String>of()).toSeq());
    return Dataset$.MODULE$.ofRows((SparkSession) table.sparkSession(),
        new MapPartitions(function, row, whole.logicalPlan())).select(ROW + ".*");
  }
}
