package dev.unroll.spark.each;

import static dev.unroll.spark.table.ColumnNames.column;

import dev.unroll.data.DataException;
import dev.unroll.spark.table.ColumnNames;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/// What [ClassifyEach] has trained, as tables. Kept by Spark, in memory and on disk, until it is
/// closed.
public final class KeyClassifiers implements AutoCloseable {
  private static final StructType ANSWER = new StructType().add("label", DataTypes.StringType)
      .add("probability", DataTypes.DoubleType).add("source", DataTypes.StringType)
      .add("problem", DataTypes.StringType);

  /// The columns beside the key.
  static final List<String> RESULTS = List.of("source", "examples", "classes", "accuracy",
      "mostFrequentAccuracy", "macroF1", "problem", "model");

  private final Dataset<Row> keys;
  private final String key;
  private final byte @Nullable [] fallback;

  KeyClassifiers(Dataset<Row> keys, String key, byte @Nullable [] fallback) {
    this.keys = keys.persist(StorageLevel.MEMORY_AND_DISK());
    this.key = key;
    this.fallback = fallback;
  }

  static StructType schema(StructField key) {
    return new StructType().add(key).add("source", DataTypes.StringType)
        .add("examples", DataTypes.IntegerType).add("classes", DataTypes.IntegerType)
        .add("accuracy", DataTypes.DoubleType).add("mostFrequentAccuracy", DataTypes.DoubleType)
        .add("macroF1", DataTypes.DoubleType).add("problem", DataTypes.StringType)
        .add("model", DataTypes.BinaryType);
  }

  /// The figures of each key: `examples`, `classes`, `accuracy` and `macroF1` of its model beside
  /// `mostFrequentAccuracy`, that of always saying the most frequent class; null where they are not
  /// known. With a model of its own (`source` is `own`) they are those of the examples that
  /// validated; with the fallback (`global`) those of all its examples. `problem` says why a key
  /// has no model of its own.
  public Dataset<Row> figures() {
    return keys.drop("model");
  }

  /// The files of the models, `model`, which `Classifier` reads; without keys that have none.
  public Dataset<Row> models() {
    return keys.select(column(key), column("model")).filter("model is not null");
  }

  /// The rows of a table with the answers of the models of their keys:
  /// `struct<label, probability, source, problem>`. `source` is `own` or `global`; a key that is
  /// new, and a row without a key, get the answers of the fallback too. A row that no model can
  /// answer is told in `problem`; the answer for null is null.
  ///
  /// @param table has the column with the key under the name that it was trained with
  /// @param input what was learned
  /// @param output the column of the answers
  /// @throws DataException if a column is missing, or there is one of the answers already
  public Dataset<Row> classify(Dataset<Row> table, String input, String output) {
    var columns = List.of(table.columns());
    ColumnNames.require(table.schema(), List.of(key, input));
    ColumnNames.requireFree(table.schema(), output, "give the answers another name");
    KeyExamples.require(table.schema().apply(input));
    int at = columns.indexOf(key);
    MapFunction<Row, String> ofRow = row -> EachKey.text(row.get(at));
    MapFunction<Row, String> ofModel = row -> EachKey.text(row.get(0));
    return table.groupByKey(ofRow, Encoders.STRING()).cogroup(
        keys.select(column(key), column("model"), column("problem"))
            .groupByKey(ofModel, Encoders.STRING()),
        new KeyAnswers(columns.indexOf(input), fallback),
        Encoders.row(table.schema().add(output, ANSWER, true)));
  }

  @Override
  public void close() {
    keys.unpersist();
  }
}
