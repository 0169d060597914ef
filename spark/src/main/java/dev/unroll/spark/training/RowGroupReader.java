package dev.unroll.spark.training;

import dev.unroll.data.DataException;
import dev.unroll.data.Example;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.RebaseDateTime;
import org.apache.spark.sql.execution.datasources.parquet.ParquetRecordMaterializer;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.LegacyBehaviorPolicy;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/// Reads the rows of two columns of a row group, one after another, as Spark's own rows. It holds
/// the bytes of these columns as they lie in the file, and unpacks a page of each at a time.
///
/// It stands on the classes by which Spark 4.2 makes rows of Parquet records, which it promises to
/// nobody; `ParquetBatchesTest` fails when they change.
final class RowGroupReader implements Closeable {
  private final RowGroup group;
  private final ParquetFileReader file;
  private final RecordReader<InternalRow> rows;
  private long read;

  /// @param columns of the table
  RowGroupReader(RowGroup group, StructType columns) throws IOException {
    this.group = group;
    file = RowGroup.open(group.file());
    try {
      if (file.getRowGroups().size() <= group.number()
          || file.getRowGroups().get(group.number()).getRowCount() != group.rows()) {
        throw new IOException("%s has changed since the training began".formatted(group.file()
            .path()));
      }
      var all = file.getFooter().getFileMetaData().getSchema();
      var wanted = new MessageType(all.getName(),
          Arrays.stream(columns.fieldNames()).map(all::getType).toList());
      file.setRequestedSchema(wanted);
      var converter = new ParquetToSparkSchemaConverter(new SQLConf());
      var dates = new RebaseDateTime.RebaseSpec(LegacyBehaviorPolicy.CORRECTED(), Option.empty());
      rows = new ColumnIOFactory().getColumnIO(wanted).getRecordReader(
          file.readRowGroup(group.number()), new ParquetRecordMaterializer(wanted, columns,
              converter, Option.empty(), dates, dates));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// Whether there is another row.
  boolean hasNext() {
    return read < group.rows();
  }

  /// The next row, valid until the one after it.
  InternalRow next() {
    read++;
    return rows.read();
  }

  /// The next row as an example.
  ///
  /// @throws DataException if it is none; it says which row
  Example next(RowExamples reader) {
    var row = next();
    try {
      return reader.example(row);
    } catch (DataException e) {
      throw new DataException("row %d of %s: %s".formatted(read - 1, group, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
