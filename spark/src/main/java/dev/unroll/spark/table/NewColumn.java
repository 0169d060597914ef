package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import java.util.Arrays;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/// A column that a stage adds to a table.
public final class NewColumn {
  private NewColumn() {}

  /// Refuses a name that the table has, as Spark compares names.
  ///
  /// @param what is in the new column, for the message
  /// @throws DataException if it has
  public static void requireFree(StructType table, String name, String what) {
    boolean exact = SQLConf.get().caseSensitiveAnalysis();
    if (Arrays.stream(table.fieldNames())
        .anyMatch(other -> exact ? other.equals(name) : other.equalsIgnoreCase(name))) {
      throw new DataException("the table has a column %s already; give the %s another name"
          .formatted(name, what));
    }
  }
}
