package dev.unroll.spark.each;

import static dev.unroll.spark.table.ColumnNames.column;
import static org.apache.spark.sql.functions.explode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/// What [ForecastEach] has trained, as tables. Kept by Spark, in memory and on disk, until it is
/// closed.
public final class KeyForecasts implements AutoCloseable {
  /// The source of a forecast by the key's own model.
  public static final String OWN = "own";

  /// The source of a forecast by the fallback.
  public static final String GLOBAL = "global";

  private final Dataset<Row> keys;
  private final String key;
  private final double[] levels;

  KeyForecasts(Dataset<Row> keys, String key, double[] levels) {
    this.keys = keys.persist(StorageLevel.MEMORY_AND_DISK());
    this.key = key;
    this.levels = levels;
  }

  static StructType schema(StructField key) {
    var step = new StructType().add("step", DataTypes.IntegerType, false)
        .add("time", DataTypes.StringType, true)
        .add("quantiles", DataTypes.createArrayType(DataTypes.DoubleType, false), false);
    return new StructType().add(key).add("source", DataTypes.StringType)
        .add("mase", DataTypes.DoubleType).add("seasonalNaiveMase", DataTypes.DoubleType)
        .add("mae", DataTypes.DoubleType).add("problem", DataTypes.StringType)
        .add("model", DataTypes.BinaryType).add("forecast", DataTypes.createArrayType(step));
  }

  /// The columns beside the key, of all tables of results.
  static List<String> results(double[] levels) {
    var names = new ArrayList<>(List.of("source", "mase", "seasonalNaiveMase", "mae", "problem",
        "model", "forecast", "step", "time"));
    names.addAll(names(levels));
    return names;
  }

  /// The names of the columns of quantiles: `q10` for 0.1, `q2_5` for 0.025.
  static List<String> names(double[] levels) {
    var names = new ArrayList<String>();
    for (double level : levels) {
      names.add("q" + String.format(Locale.ROOT, "%.4f", 100 * level).replaceAll("\\.?0+$", "")
          .replace('.', '_'));
    }
    return names;
  }

  /// The forecasts: the key, `step` from 1, its `time`, and a column for each quantile, `q10` for
  /// 0.1.
  public Dataset<Row> forecasts() {
    var names = names(levels);
    var all = "forecast of " + key; // another name than that of the key, whatever that is
    var step = column(all);
    var columns = new ArrayList<Column>(List.of(column(key), step.getField("step").as("step"),
        step.getField("time").as("time")));
    for (int i = 0; i < names.size(); i++) {
      columns.add(step.getField("quantiles").getItem(i).as(names.get(i)));
    }
    return keys.select(column(key), explode(column("forecast")).as(all))
        .select(columns.toArray(Column[]::new));
  }

  /// The figures of each key on the test part of its series: `mase` and `mae` of the model,
  /// `seasonalNaiveMase` of the value one season earlier; null where they are not known. `source`
  /// is `own`, `global`, or null where there is no forecast; `problem` says why a key has no model
  /// of its own.
  public Dataset<Row> figures() {
    return keys.drop("model", "forecast");
  }

  /// The files of the models, `model`, which `Forecaster` reads; without keys that have none.
  public Dataset<Row> models() {
    return keys.select(column(key), column("model")).filter("model is not null");
  }

  @Override
  public void close() {
    keys.unpersist();
  }
}
