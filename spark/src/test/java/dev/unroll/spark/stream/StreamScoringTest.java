package dev.unroll.spark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.cell.Gru;
import dev.unroll.layer.Pooling;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToVector;
import dev.unroll.spark.LocalSpark;
import dev.unroll.spark.SequenceTables;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.execution.streaming.runtime.MemoryStream;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events of keys in micro-batches, with a query that is stopped and started again, get the scores
/// of a plain loop.
class StreamScoringTest {
  private static final StructType EVENT = new StructType().add("machine", DataTypes.StringType)
      .add("time", DataTypes.LongType).add("x0", DataTypes.FloatType)
      .add("x1", DataTypes.FloatType);
  private static final StreamModel MODEL = StreamModel.of(SequenceToVector.of(Inputs.features(2),
      RecurrentStack.of(Gru.cell(), 4), Pooling.LAST, Outputs.numbers(2), 2));

  private static Row event(int i) {
    var x = SequenceTables.sequence(i, 2)[0];
    return RowFactory.create("m" + i % 5, 1000L * i, i == 13 ? null : x[0], x[1]);
  }

  private static List<Row> events(int from, int to) {
    var events = new ArrayList<Row>();
    for (int i = to - 1; i >= from; i--) { // not in the order of time
      events.add(event(i));
    }
    return events;
  }

  /// Key, time and numbers of each event; of one that is not scored its problem.
  private static List<String> expected(int count) {
    var states = new TreeMap<String, KeyState>();
    var batch = new EventBatch<Row>(MODEL, Features.byName((row, name) -> row.getAs(
        EVENT.fieldIndex(name))), BadEvents.SKIP, 1);
    var lines = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var event = event(i);
      var state = states.computeIfAbsent(event.getString(0), _ -> MODEL.initial());
      var why = batch.add(event, event.getLong(1), state);
      batch.score();
      lines.add(event.getString(0) + " " + event.getLong(1) + " " + (why != null ? why
          : batch.score(0).value(0) + " " + batch.score(0).value(1)));
      batch.clear();
    }
    return lines;
  }

  private static String line(Row row) {
    var score = row.isNullAt(4) ? null : row.getStruct(4);
    return row.getString(0) + " " + row.getLong(1) + " "
        + (score == null ? row.getString(5) : score.getFloat(0) + " " + score.getFloat(1));
  }

  private static void run(Dataset<Row> scored, Path checkpoint, List<String> into)
      throws Exception {
    var query = scored.writeStream().outputMode(OutputMode.Append())
        .option("checkpointLocation", checkpoint.toString())
        .foreachBatch((batch, _) -> {
          batch.collectAsList().forEach(row -> into.add(line(row)));
        }).start();
    try {
      query.processAllAvailable();
    } finally {
      query.stop();
    }
  }

  @Test
  void keysKeepTheirStatesOverBatchesAndRestarts(@TempDir Path folder) throws Exception {
    var stream = MemoryStream.apply(LocalSpark.session(), 3, Encoders.row(EVENT));
    var events = stream.toDF();
    var scored = StreamScoring.of(ModelSource.of(MODEL)).score(events, "machine", "time");
    assertThat(scored.schema().apply("score").dataType().catalogString())
        .isEqualTo("struct<y0:float,y1:float>");
    var found = new ArrayList<String>();
    for (int from = 0; from < 60; from += 20) {
      add(stream, events(from, from + 20));
      run(scored, folder, found); // each time a new query, which reads the states
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected(60));
    assertThat(found).anySatisfy(line -> assertThat(line)
        .isEqualTo("m3 13000 the feature x0 is missing, expected a finite number"));
  }

  private static void add(MemoryStream<Row> stream, List<Row> events) {
    stream.addData(scala.jdk.javaapi.CollectionConverters.asScala(events).toSeq());
  }

  @Test
  void anEventThatCannotBeScoredMayFailTheQuery(@TempDir Path folder) {
    var stream = MemoryStream.apply(LocalSpark.session(), 1, Encoders.row(EVENT));
    add(stream, List.of(event(13)));
    assertThatThrownBy(() -> run(StreamScoring.of(ModelSource.of(MODEL))
        .badEvents(BadEvents.FAIL).score(stream.toDF(), "machine", "time"), folder,
        new ArrayList<>())).hasStackTraceContaining("an event of key m3 cannot be scored: the "
            + "feature x0 is missing");
  }

  @Test
  void whatIsMissingIsRefusedBeforeAQueryRuns() {
    var scoring = StreamScoring.of(ModelSource.of(MODEL));
    var table = LocalSpark.session().sql("select 'a' as machine, 1L as time, 1.0 as x0");
    assertThatThrownBy(() -> scoring.score(table, "machine", "time"))
        .hasMessage("there is no column x1 in the events; they have [machine, time, x0]");
    var late = LocalSpark.session().sql("select 'a' as machine, 'now' as time, 1.0 as x0, 2 as x1");
    assertThatThrownBy(() -> scoring.score(late, "machine", "time")).hasMessage("the column time "
        + "has string, expected timestamps, or milliseconds as bigint");
  }

  /// The result had two columns of the name.
  @Test
  void eventsThatHaveAColumnOfTheScoresAreRefused() {
    var scoring = StreamScoring.of(ModelSource.of(MODEL));
    for (var name : List.of("score", "Problem")) {
      var table = LocalSpark.session().sql(
          "select 'a' as machine, 1L as time, 1.0 as x0, 1.0 as x1, 1 as " + name);
      assertThatThrownBy(() -> scoring.score(table, "machine", "time"))
          .hasMessageStartingWith("the table has a column %s already".formatted(name))
          .hasMessageEndingWith("; rename it");
    }
  }
}
