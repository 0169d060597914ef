package dev.unroll.spark.each;

import static dev.unroll.spark.table.ColumnNames.column;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import dev.unroll.data.DataException;
import dev.unroll.spark.table.ColumnNames;
import dev.unroll.task.forecast.ForecastTraining;
import dev.unroll.task.forecast.Forecaster;
import dev.unroll.task.forecast.Horizon;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.jspecify.annotations.Nullable;

/// Trains a forecaster for each key of a table: one for each store, machine or customer, each in
/// one task.
///
/// ```java
/// try (var each = ForecastEach.of(Horizon.days(7)).fallback(global)
///     .train(sales, "store", "day", "units")) {
///   each.forecasts().write().parquet("…");                    // store, step, time, q10 … q90
///   each.figures().orderBy("mase").show();                    // beside the seasonal naive forecast
///   each.figures().filter("problem is not null").show();
/// }
/// ```
///
/// A key whose series cannot be learned fails alone: its sentence is in `problem`. With a fallback,
/// a forecaster of many series, keys that are too short for a model of their own get its forecast,
/// if they have at least as many steps as it reads ([Forecaster#lookBack]).
/// The result of a key has the same bits wherever its task runs. Null is no key: rows without one
/// are left out.
///
/// A value: each setting gives a changed copy.
public final class ForecastEach {
  private final Horizon horizon;
  private final Setup setup;
  private final double[] levels;
  private final byte @Nullable [] fallback;
  private final int tasks;

  /// Changes the training of each key; sent to the executors.
  @FunctionalInterface
  public interface Setup extends Serializable {
    /// The training with other settings.
    ForecastTraining of(ForecastTraining defaults);
  }

  private ForecastEach(Horizon horizon, Setup setup, double[] levels, byte @Nullable [] fallback,
      int tasks) {
    this.horizon = horizon;
    this.setup = setup;
    this.levels = levels;
    this.fallback = fallback;
    this.tasks = tasks;
  }

  /// Forecasts with the defaults of [Forecaster#training], and the quantiles 0.1, 0.2 … 0.9.
  public static ForecastEach of(Horizon horizon) {
    return new ForecastEach(horizon, training -> training,
        new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, null, 0);
  }

  /// Sets what is changed in the training of each key: effort, season, look-back, epochs.
  public ForecastEach training(Setup setup) {
    return new ForecastEach(horizon, setup, levels, fallback, tasks);
  }

  /// Sets the levels of the quantiles: ascending, with 0.5 among them.
  ///
  /// @throws IllegalArgumentException if they are not
  public ForecastEach quantiles(double... levels) {
    Forecaster.training(horizon).quantiles(levels); // refuses what cannot be
    return new ForecastEach(horizon, setup, levels.clone(), fallback, tasks);
  }

  /// Sets a forecaster of many series for keys without a model of their own ([#global]); it has the
  /// same quantiles. None by default.
  ///
  /// @throws DataException if it has other quantiles
  public ForecastEach fallback(Forecaster global) {
    var wanted = KeyForecasts.names(levels);
    var found = KeyForecasts.names(global.levels().stream().mapToDouble(level -> level).toArray());
    if (!wanted.equals(found)) {
      throw new DataException("the fallback has the quantiles %s, expected %s; train it with the "
          .formatted(found, wanted) + "same");
    }
    return new ForecastEach(horizon, setup, levels, global.toBytes(), tasks);
  }

  /// Sets the number of tasks; by default four for each slot of the cluster.
  public ForecastEach tasks(int tasks) {
    return new ForecastEach(horizon, setup, levels, fallback, tasks);
  }

  /// Trains a forecaster for each key. The models are trained once, when the result is first asked
  /// for something, and kept until it is closed.
  ///
  /// @param key the column that says which series a row belongs to
  /// @param time the column with the time: a timestamp or a date, or a number that orders the rows
  /// @param value the column that is forecast; null is a missing value
  /// @throws DataException if a column is missing, the values are no numbers, or the key has the
  ///     name of a column of the results
  public KeyForecasts train(Dataset<Row> table, String key, String time, String value) {
    var series = series(table, key, time, value);
    var training = new KeyTraining(horizon.amount(), horizon.unit(), setup, levels, fallback,
        isOrder(table, time));
    return new KeyForecasts(EachKey.spread(series, tasks)
        .mapPartitions(training, Encoders.row(KeyForecasts.schema(series.schema().apply(0)))),
        key, levels);
  }

  /// Trains one forecaster on many series, for [#fallback]: on this machine, of the first keys.
  ///
  /// @param most the largest number of series
  /// @throws DataException if they cannot be read or are too short
  /// @throws IllegalArgumentException if `most` is below 1
  public Forecaster global(Dataset<Row> table, String key, String time, String value, int most) {
    EachKey.requireMost(most);
    var series = series(table, key, time, value).orderBy(column(key)).limit(most)
        .collectAsList();
    return setup.of(Forecaster.training(horizon)).quantiles(levels)
        .train(KeySeries.all(series, isOrder(table, time)));
  }

  private static boolean isOrder(Dataset<Row> table, String time) {
    return table.schema().apply(time).dataType() instanceof NumericType;
  }

  /// A row for each key: the key, and its times and values in the order of time.
  private Dataset<Row> series(Dataset<Row> table, String key, String time, String value) {
    ColumnNames.require(table.schema(), List.of(key, time, value));
    ColumnNames.requireKey(key, KeyForecasts.results(levels));
    if (!(table.schema().apply(value).dataType() instanceof NumericType)) {
      throw new DataException("the column %s has %s, expected numbers".formatted(value,
          table.schema().apply(value).dataType().catalogString()));
    }
    var steps = sort_array(collect_list(struct(column(time).as("at"),
        column(time).cast("string").as("time"), column(value).cast("double").as("value"))));
    var all = "steps of " + key; // another name than that of the key, whatever that is
    return table.filter(column(key).isNotNull()).groupBy(column(key)).agg(steps.as(all))
        .select(column(key), column(all).getField("time").as("times of " + key),
            column(all).getField("value").as("values of " + key));
  }
}
