package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When what is buffered goes on, and that it is what a plain loop gives.
class BatchedScoringTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final ScoringOptions<Reading, Scored> OPTIONS =
      ScoringOptions.of(ModelSource.of(MODEL), Reading.FEATURES, Scored.RESULT);
  private static final List<Reading> READINGS = Reading.some(500, 20, 2);
  private static final List<Scored> EXPECTED =
      Networks.scores(MODEL, Reading.FEATURES, READINGS);

  static Stream<StateBackend> backends() {
    return Stream.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void keysHaveTheBitsOfAPlainLoopInTheirOrder(StateBackend backend) throws Exception {
    for (int batch : new int[] {1, 2, 7, 64, 1000}) {
      try (var harness = Harness.of(OPTIONS.withBatch(batch), backend, null)) {
        harness.take(READINGS);
        harness.endInput();
        assertSameByKey(harness.extractOutputValues(), EXPECTED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void oneAtATimeHasTheSameBits(StateBackend backend) throws Exception {
    Scoring<String, Reading, Scored> scoring =
        Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT);
    try (var harness = Harness.of(scoring, backend, null)) {
      harness.take(READINGS);
      assertThat(harness.extractOutputValues()).isEqualTo(EXPECTED);
    }
  }

  @Test
  void aBatchHasALimit() {
    var scoring = BatchedScoring.of(Networks.lstm(5, 1), Reading.FEATURES, Scored.RESULT);
    assertThat(scoring.batch(65_536)).isNotNull();
    for (int events : new int[] {-1, 0, 65_537, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> scoring.batch(events)).isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a batch of %d events, expected 1 to 65536; from 256 on a larger one gains "
              + "little", events);
    }
  }

  @Test
  void enoughEventsGoOn() throws Exception {
    try (var harness = Harness.of(OPTIONS.withBatch(10))) {
      harness.take(READINGS.subList(0, 9));
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.take(READINGS.get(9));
      assertThat(harness.extractOutputValues()).hasSize(10);
    }
  }

  @Test
  void eventsGoOnWhenTheFirstHasWaitedLongEnough() throws Exception {
    try (var harness = Harness.of(OPTIONS.withMaxWait(Duration.ofMillis(5)))) {
      harness.setProcessingTime(100);
      harness.take(READINGS.get(0));
      harness.setProcessingTime(103);
      harness.take(READINGS.get(1));
      harness.setProcessingTime(104);
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.setProcessingTime(105);
      assertThat(harness.extractOutputValues()).hasSize(2);
    }
  }

  /// The timer of a batch that went on as it was full is of no use to the next.
  @Test
  void eachBatchWaitsAsLong() throws Exception {
    try (var harness = Harness.of(OPTIONS.withBatch(2).withMaxWait(Duration.ofMillis(5)))) {
      harness.setProcessingTime(100);
      harness.take(READINGS.subList(0, 2));
      harness.setProcessingTime(104);
      harness.take(READINGS.get(2));
      harness.setProcessingTime(108);
      assertThat(harness.extractOutputValues()).hasSize(2);
      harness.setProcessingTime(109);
      assertThat(harness.extractOutputValues()).hasSize(3);
    }
  }

  @Test
  void aWatermarkComesAfterTheEventsBeforeIt() throws Exception {
    try (var harness = Harness.of(OPTIONS)) {
      harness.take(READINGS.subList(0, 3));
      harness.processWatermark(2000);
      harness.take(READINGS.get(3));
      assertThat(harness.getOutput()).hasSize(4).last().isEqualTo(new Watermark(2000));
    }
  }

  @Test
  void nothingIsBufferedWhenACheckpointIsTaken() throws Exception {
    try (var harness = Harness.of(OPTIONS)) {
      harness.take(READINGS.subList(0, 3));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).hasSize(3);
    }
  }

  @Test
  void resultsHaveTheTimesOfTheirEvents() throws Exception {
    try (var harness = Harness.of(OPTIONS)) {
      harness.take(READINGS.subList(0, 20));
      harness.endInput();
      assertThat(harness.extractOutputStreamRecords()).allSatisfy(record -> assertThat(
          record.getTimestamp()).isEqualTo(1000 + record.getValue().id()));
    }
  }

  static void assertSameByKey(List<Scored> actual, List<Scored> expected) {
    assertThat(byKey(actual)).isEqualTo(byKey(expected));
  }

  private static java.util.Map<String, List<Scored>> byKey(List<Scored> scores) {
    return scores.stream().collect(java.util.stream.Collectors.groupingBy(Scored::device));
  }
}
