package dev.unroll.spark.stream;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.EventScore;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/// Scores the events of one key after another: state from the store, a step for each event in the
/// order of time, state to the store.
@SuppressWarnings({"NullAway.Init", "serial"}) // Spark calls init first; its state is not sent
final class KeyScoring extends StatefulProcessor<String, Row, Row> {
  private static final long serialVersionUID = 1;
  private static final String STATE = "unroll";

  private final StreamScoring scoring;
  private final int time;
  private transient ValueState<byte[]> kept;
  private transient EventBatch<Row> batch;

  /// @param time the index of the column with the time
  KeyScoring(StreamScoring scoring, int time) {
    this.scoring = scoring;
    this.time = time;
  }

  @Override
  public void init(OutputMode output, TimeMode mode) {
    var expiry = scoring.expiry();
    kept = getHandle().getValueState(STATE, Encoders.BINARY(),
        expiry == null ? TTLConfig.NONE() : new TTLConfig(expiry));
    try {
      batch = new EventBatch<>(scoring.source().load(), Features.byName(Row::getAs),
          scoring.policy(), 1);
    } catch (IOException e) {
      throw new UncheckedIOException("the model cannot be loaded: " + e.getMessage(), e);
    }
  }

  @Override
  public Iterator<Row> handleInputRows(String key, Iterator<Row> rows, TimerValues timers) {
    var events = new ArrayList<Row>();
    CollectionConverters.asJava(rows).forEachRemaining(events::add);
    events.sort(Comparator.comparingLong(this::time));
    var state = scoring.change().fit(kept.exists() ? KeyState.fromBytes(kept.get()) : null,
        batch.model());
    var scored = new ArrayList<Row>(events.size());
    for (var event : events) {
      var why = event.isNullAt(time) ? "it has no time" : batch.add(event, time(event), state);
      if (why == null) {
        batch.score();
        scored.add(with(event, numbers(batch.score(0)), null));
      } else {
        refuse(key, why);
        scored.add(with(event, null, why));
      }
      batch.clear();
    }
    kept.update(state.toBytes());
    return CollectionConverters.asScala(scored.iterator());
  }

  private void refuse(String key, String why) {
    if (scoring.policy() == BadEvents.FAIL) {
      throw new DataException("an event of key %s cannot be scored: %s".formatted(Excerpt.of(key),
          why));
    }
  }

  private long time(Row event) {
    return switch (event.get(time)) {
      case Timestamp stamp -> stamp.getTime();
      case Instant stamp -> stamp.toEpochMilli();
      case Long milliseconds -> milliseconds;
      case null, default -> Long.MIN_VALUE;
    };
  }

  private static Row numbers(EventScore score) {
    var numbers = new Object[score.names().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = score.value(i);
    }
    return RowFactory.create(numbers);
  }

  private static Row with(Row event, @Nullable Row score, @Nullable String problem) {
    int n = event.length();
    var values = new @Nullable Object[n + 2];
    for (int i = 0; i < n; i++) {
      values[i] = event.get(i);
    }
    values[n] = score;
    values[n + 1] = problem;
    return RowFactory.create(values);
  }
}
