package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.stream.BadEvent;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole jobs on Flink's own small cluster, which may use no generic types.
class JobTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final List<Reading> READINGS = Reading.some(2000, 100, 3);
  private static final List<Scored> EXPECTED =
      Networks.scores(MODEL, Reading.FEATURES, READINGS);

  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(1);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private static StreamExecutionEnvironment environment(String backend) {
    var environment = cluster.environment(backend, 2);
    environment.enableCheckpointing(20);
    return environment;
  }

  private static KeyedStream<Reading, String> keyed(StreamExecutionEnvironment environment,
      List<Reading> readings) {
    return environment.fromData(readings).setParallelism(1)
        .assignTimestampsAndWatermarks(WatermarkStrategy
            .<Reading>forMonotonousTimestamps().withTimestampAssigner((r, _) -> r.time()))
        .setParallelism(1).keyBy(Reading::device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void batchedScoringGivesTheBitsOfAPlainLoop(String backend) throws Exception {
    var scores = BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT).batch(32)
        .apply(keyed(environment(backend), READINGS));
    assertThat(collected(scores)).isEqualTo(EXPECTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void scoringGivesTheBitsOfAPlainLoop(String backend) throws Exception {
    var scores = keyed(environment(backend), READINGS)
        .process(Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT));
    assertThat(collected(scores)).isEqualTo(EXPECTED);
  }

  /// A source without timestamps marks its events with the smallest, which was taken for that of a
  /// key without events: no state was kept.
  @Test
  void eventsWithoutTimestampsHaveStates() throws Exception {
    var environment = environment("hashmap");
    var keyed = environment
        .fromSource(new DataGeneratorSource<>(i -> READINGS.get(i.intValue()), READINGS.size(),
            Harness.READINGS), WatermarkStrategy.noWatermarks(), "readings")
        .setParallelism(1)
        .keyBy(Reading::device);
    assertThat(collected(BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT)
        .apply(keyed))).isEqualTo(EXPECTED);
    assertThat(collected(keyed.process(Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT))))
        .isEqualTo(EXPECTED);
  }

  /// A bounded job has the events sorted by their keys, and no state of a key that is past; the
  /// state of the key at hand was lost when those of others were stored.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBoundedJobGivesTheSame(boolean isSorted) throws Exception {
    var environment = environment("hashmap");
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    var scoring = BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT).batch(7);
    var scores = (isSorted ? scoring.sorted(Duration.ZERO) : scoring)
        .expireAfter(Duration.ofHours(1)).apply(keyed(environment, READINGS));
    assertThat(collected(scores)).isEqualTo(EXPECTED);
  }

  /// Buffered events were those of the operator before, which may use its objects again.
  @Test
  void objectsMayBeUsedAgain() throws Exception {
    var environment = environment("hashmap");
    environment.getConfig().enableObjectReuse();
    var scores = BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT)
        .sorted(Duration.ZERO).apply(keyed(environment, READINGS));
    assertThat(collected(scores)).isEqualTo(EXPECTED);
  }

  @Test
  void badEventsAreASideOutput() throws Exception {
    var bad = new Reading("device3", 2500, 9999, 1, Float.NaN, 1);
    var readings = new ArrayList<>(READINGS);
    readings.add(1500, bad);
    for (boolean isBatched : new boolean[] {false, true}) {
      var keyed = keyed(environment("hashmap"), readings);
      var scores = isBatched
          ? BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT).apply(keyed)
          : keyed.process(Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT));
      var side = scores.getSideOutput(ScoringOutputs.badEvents(keyed.getType()));
      try (var events = side.executeAndCollect()) {
        var found = new ArrayList<BadEvent<Reading>>();
        events.forEachRemaining(found::add);
        assertThat(found).singleElement().satisfies(event -> {
          assertThat(event.event()).isEqualTo(bad);
          assertThat(event.key()).isEqualTo("device3");
          assertThat(event.why()).contains("x1 is missing");
        });
      }
    }
  }

  /// What a sensor sent that has lost a wire.
  public record Sent(String device, @Nullable String place, @Nullable Float value) {}

  /// They travel by their own serializer, also where the type of one at a time has to be guessed.
  @Test
  void badEventsMayHaveNullFields() throws Exception {
    var environment = environment("hashmap");
    var bad = new Sent("a", null, null);
    var sent = environment.fromData(new Sent("a", "hall", 1f), bad, new Sent("a", null, 2f));
    expectBad(sent.keyBy(Sent::device), Features.byName((it, _) -> it.value()), bad,
        "the feature x0 is missing");

    var type = Types.ROW_NAMED(new String[] {"device", "x0", "x1", "x2"}, Types.STRING,
        Types.FLOAT, Types.FLOAT, Types.DOUBLE);
    var rows = List.of(row(1f, 2f, 3.0), row(1f, null, null), row(1f, 2f, 3.0));
    var keyed = environment.fromData(rows, type)
        .keyBy(row -> row.<String>getFieldAs("device"));
    expectBad(keyed, Features.byName(Row::getField), rows.get(1), "the feature x1 is missing");
  }

  private static Row row(@Nullable Float x0, @Nullable Float x1, @Nullable Double x2) {
    var row = Row.withNames();
    row.setField("device", "a");
    row.setField("x0", x0);
    row.setField("x1", x1);
    row.setField("x2", x2);
    return row;
  }

  private static <E> void expectBad(KeyedStream<E, String> keyed, Features<E> features, E bad,
      String why) throws Exception {
    ScoreResult<E, Float> first = (_, score) -> score.value(0);
    for (boolean isBatched : new boolean[] {false, true}) {
      var scores = isBatched
          ? BatchedScoring.of(MODEL, features, first).returning(Types.FLOAT).apply(keyed)
          : keyed.process(Scoring.<String, E, Float>of(MODEL, features, first)
              .returning(Types.FLOAT));
      assertThat(collectedAny(scores.getSideOutput(ScoringOutputs.badEvents(keyed.getType()))))
          .singleElement().satisfies(event -> {
            assertThat(event.event()).isEqualTo(bad);
            assertThat(event.why()).startsWith(why);
          });
    }
  }

  @Test
  void modelsComeByAStream() throws Exception {
    var environment = environment("hashmap");
    var next = Networks.lstm(5, 2);
    var models = environment.fromData(new ModelSourceType(), ModelSource.of(next));
    var scores = BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT).models(models)
        .apply(keyed(environment, READINGS));
    assertThat(collected(scores)).hasSize(2000).allSatisfy(score -> assertThat(score.model())
        .isIn(MODEL.version(), next.version()));
  }

  @Test
  void theTypeOfResultsIsSeenOrAskedFor() throws Exception {
    var keyed = keyed(environment("hashmap"), READINGS);
    assertThat(BatchedScoring.of(MODEL, Reading.FEATURES, (_, score) -> score.value(0))
        .apply(keyed).getType()).isEqualTo(Types.FLOAT);
    assertThat(BatchedScoring.of(MODEL, Reading.FEATURES, (r, _) -> r.device())
        .apply(keyed).getType()).isEqualTo(Types.STRING);
    var pairs = BatchedScoring.of(MODEL, Reading.FEATURES,
        (r, score) -> Tuple2.of(r.id(), score.value(1)));
    assertThatThrownBy(() -> pairs.apply(keyed)).isInstanceOf(InvalidTypesException.class)
        .hasMessage("Flink sees no more of the type of the results than Tuple2; call returning(…) "
            + "with the whole type, such as Types.TUPLE(Types.STRING, Types.FLOAT)");
    assertThat(collectedAny(pairs.returning(Types.TUPLE(Types.LONG, Types.FLOAT)).apply(keyed)))
        .hasSize(2000);
  }

  private static List<Scored> collected(DataStream<Scored> scores) throws Exception {
    return collectedAny(scores).stream().sorted(Comparator.comparingLong(Scored::id)).toList();
  }

  private static <R> List<R> collectedAny(DataStream<R> results) throws Exception {
    try (var all = results.executeAndCollect()) {
      var list = new ArrayList<R>();
      all.forEachRemaining(list::add);
      return list;
    }
  }
}
