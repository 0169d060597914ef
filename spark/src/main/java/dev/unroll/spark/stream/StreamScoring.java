package dev.unroll.spark.stream;

import static dev.unroll.spark.table.ColumnNames.column;

import dev.unroll.data.DataException;
import dev.unroll.spark.table.ColumnNames;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/// Scores each event of a streaming table with what a model remembers of the events of its key
/// before (`transformWithState`).
///
/// ```java
/// spark.conf().set("spark.sql.streaming.stateStore.providerClass", StreamScoring.ROCKS_DB);
/// var scored = StreamScoring.of(ModelSource.file("alarms.unroll")).expireAfter(Duration.ofDays(7))
///     .score(events, "machine", "time");
/// scored.filter("score.alarm > 0").writeStream()…
/// ```
///
/// The features of an event are the columns with the names that stand in the model file. The result
/// has the columns of the events and two more: `score`, a struct of the numbers that the table of
/// [dev.unroll.stream.EventScore] names, and `problem`, one sentence for an event that cannot be
/// scored, whose score is null; its key's state stays as it is. Null is no key: events without one
/// are left out.
///
/// A state is kept in RocksDB with the offsets of its micro-batch, so that after a failure every
/// key's scores are those of one run without failures, bit for bit. The events of a key in a
/// micro-batch are taken in the order of their times.
///
/// A value: each setting gives a changed copy.
///
/// @param source where the executors find the model
/// @param policy for events that cannot be scored; [BadEvents#SKIP] tells why in `problem`
/// @param change what becomes of states that a model with another layout has left
/// @param expiry after which the state of a key without events is forgotten; null for never
public record StreamScoring(ModelSource source, BadEvents policy, ModelChange change,
    @Nullable Duration expiry) implements Serializable {
  /// The state store that `transformWithState` needs.
  public static final String ROCKS_DB =
      "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

  /// The column of the scores.
  public static final String SCORE = "score";

  /// The column that says why an event has none.
  public static final String PROBLEM = "problem";

  private static final String PROVIDER = "spark.sql.streaming.stateStore.providerClass";

  /// Scores with the model of a source.
  public static StreamScoring of(ModelSource source) {
    return new StreamScoring(source, BadEvents.SKIP, ModelChange.refuse(), null);
  }

  /// Sets what becomes of events that cannot be scored.
  public StreamScoring badEvents(BadEvents policy) {
    return new StreamScoring(source, policy, change, expiry);
  }

  /// Sets what becomes of states that a model with another layout has left.
  public StreamScoring onModelChange(ModelChange change) {
    return new StreamScoring(source, policy, change, expiry);
  }

  /// Forgets a key that has had no event for so long, by the clock of the machines.
  public StreamScoring expireAfter(Duration idle) {
    return new StreamScoring(source, policy, change, idle);
  }

  /// The events with their scores.
  ///
  /// @param key the column that says whose event it is
  /// @param time the column with the time: a timestamp, or milliseconds
  /// @throws DataException if a column is missing, there is one called `score` or `problem`
  ///     already, or the state store is another one
  /// @throws IOException if the model cannot be read
  public Dataset<Row> score(Dataset<Row> events, String key, String time) throws IOException {
    var model = source.load();
    var columns = Arrays.asList(events.columns());
    require(columns, List.of(key, time));
    require(columns, model.features());
    ColumnNames.requireFree(events.schema(), SCORE, "rename it");
    ColumnNames.requireFree(events.schema(), PROBLEM, "rename it");
    requireTime(events.schema(), time);
    requireRocksDb(events);
    var numbers = new StructType();
    for (var name : model.outputs()) {
      numbers = numbers.add(name, DataTypes.FloatType, false);
    }
    var schema = events.schema().add(SCORE, numbers, true)
        .add(PROBLEM, DataTypes.StringType, true);
    int keyIndex = columns.indexOf(key);
    MapFunction<Row, String> keys = row -> row.get(keyIndex) instanceof byte[] bytes
        ? HexFormat.of().formatHex(bytes)
        : String.valueOf(row.get(keyIndex));
    return events.filter(column(key).isNotNull()).groupByKey(keys, Encoders.STRING())
        .transformWithState(new KeyScoring(this, columns.indexOf(time)),
            expiry == null ? TimeMode.None() : TimeMode.ProcessingTime(), OutputMode.Append(),
            Encoders.row(schema));
  }

  private static void require(List<String> columns, List<String> needed) {
    for (var name : needed) {
      if (!columns.contains(name)) {
        throw new DataException("there is no column %s in the events; they have %s"
            .formatted(name, columns));
      }
    }
  }

  private static void requireTime(StructType events, String time) {
    var type = events.apply(time).dataType();
    if (!(type instanceof TimestampType) && !(type instanceof LongType)) {
      throw new DataException("the column %s has %s, expected timestamps, or milliseconds as bigint"
          .formatted(time, type.catalogString()));
    }
  }

  private static void requireRocksDb(Dataset<Row> events) {
    var provider = events.sparkSession().conf().get(PROVIDER);
    if (!provider.contains("RocksDB")) {
      throw new DataException("states for keys need the state store RocksDB; set %s to %s"
          .formatted(PROVIDER, ROCKS_DB));
    }
  }
}
