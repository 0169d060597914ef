package dev.unroll.spark;

import dev.unroll.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// Tables of sequences for tests, and the same as arrays.
public final class SequenceTables {
  private static final CounterRandom RANDOM = CounterRandom.of(17).stream("tables");

  private SequenceTables() {}

  /// A sequence of its own for each number, of 1 to 9 steps.
  public static float[][] sequence(int i, int features) {
    var steps = new float[1 + i * 7 % 9][features];
    for (int t = 0; t < steps.length; t++) {
      RANDOM.uniforms(100L * i + t, steps[t], 0, features);
    }
    return steps;
  }

  public static List<float[][]> sequences(int count, int features) {
    var sequences = new ArrayList<float[][]>();
    for (int i = 0; i < count; i++) {
      sequences.add(sequence(i, features));
    }
    return sequences;
  }

  /// Columns `id` and `sequence`, an array of arrays.
  public static Dataset<Row> nested(List<float[][]> sequences) {
    var rows = new ArrayList<Row>();
    for (var sequence : sequences) {
      rows.add(RowFactory.create(rows.size(), sequence));
    }
    var type = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.FloatType));
    return table(rows, new StructType().add("id", DataTypes.IntegerType).add("sequence", type));
  }

  public static Dataset<Row> table(List<Row> rows, StructType schema) {
    return LocalSpark.session().createDataFrame(rows, schema);
  }
}
