package dev.unroll.spark.table;

import dev.unroll.data.DataException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/// Columns by their names as they are, also those with a dot; and names that do not fit, each with
/// a sentence.
public final class ColumnNames {
  private ColumnNames() {}

  /// The column with a name.
  public static Column column(String name) {
    return functions.col("`%s`".formatted(name.replace("`", "``")));
  }

  /// Checks that a table has columns.
  ///
  /// @throws DataException if it lacks one
  public static void require(StructType table, Collection<String> names) {
    var columns = Arrays.asList(table.fieldNames());
    for (var name : names) {
      if (!columns.contains(name)) {
        throw new DataException(
            "there is no column %s in the table; it has %s".formatted(name, columns));
      }
    }
  }

  /// Checks that a table has no column with the name of one that it is to get. `Label` is `label`,
  /// unless `spark.sql.caseSensitive` is set.
  ///
  /// @param cure the end of the sentence
  /// @throws DataException if it has
  public static void requireFree(StructType table, String output, String cure) {
    for (var name : table.fieldNames()) {
      if (same(name, output)) {
        throw new DataException("the table has a column %s already%s; %s".formatted(name,
            name.equals(output) ? "" : ", which Spark takes for %s as well".formatted(output),
            cure));
      }
    }
  }

  /// Checks that a column of keys has the name of no column of the results.
  ///
  /// @throws DataException if it has
  public static void requireKey(String key, List<String> results) {
    for (var name : results) {
      if (same(name, key)) {
        throw new DataException(("the column of the keys has the name %s, and so has a column of "
            + "the results, %s; rename it").formatted(key, name));
      }
    }
  }

  private static boolean same(String a, String b) {
    return SQLConf.get().caseSensitiveAnalysis() ? a.equals(b) : a.equalsIgnoreCase(b);
  }
}
