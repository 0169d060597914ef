package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.flink.state.BadEventType;
import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;

/// Events that cannot be scored, keys that are too long, clocks that jump.
class BadInputTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final ScoringOptions<Reading, Scored> OPTIONS =
      ScoringOptions.of(ModelSource.of(MODEL), Reading.FEATURES, Scored.RESULT);
  private static final List<Reading> GOOD = Reading.some(60, 5, 2);
  private static final Reading BAD = new Reading("device3", 1500, 999, 1, Float.NaN, 1);
  private static final String WHY = "the feature x1 is missing, expected a finite number";

  /// The readings with one in the middle that has a feature too few.
  private static List<Reading> withBad() {
    var readings = new ArrayList<>(GOOD);
    readings.add(30, BAD);
    return readings;
  }

  @Test
  void aBadEventGoesToTheSideAndLeavesTheStateAlone() throws Exception {
    for (int batch : new int[] {1, 16, 1000}) {
      try (var harness = Harness.of(OPTIONS.withBatch(batch))) {
        harness.take(withBad());
        harness.endInput();
        BatchedScoringTest.assertSameByKey(harness.extractOutputValues(),
            Networks.scores(MODEL, Reading.FEATURES, GOOD));
        assertThat(bad(harness)).containsExactly(
            new BadEvent<>("device3", 1500, BAD, WHY));
      }
    }
  }

  @Test
  void oneAtATimeDoesLikewise() throws Exception {
    Scoring<String, Reading, Scored> scoring = Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT);
    try (var harness = Harness.of(scoring, new HashMapStateBackend(), null)) {
      harness.take(withBad());
      assertThat(harness.extractOutputValues())
          .isEqualTo(Networks.scores(MODEL, Reading.FEATURES, GOOD));
      assertThat(bad(harness)).containsExactly(new BadEvent<>("device3", 1500, BAD, WHY));
    }
  }

  @Test
  void aJobMayFailWithKeyAndFeature() throws Exception {
    var message = "the event of the key device3 at 1500 cannot be scored: " + WHY
        + "; skip such events (BadEvents.SKIP), which go to a side output, or impute them";
    // Not closed, which would flush again.
    var batched = Harness.of(OPTIONS.withBadEvents(BadEvents.FAIL));
    batched.take(BAD);
    assertThatThrownBy(() -> batched.prepareSnapshotPreBarrier(1))
        .isInstanceOf(DataException.class).hasMessage(message);
    Scoring<String, Reading, Scored> scoring = Scoring.<String, Reading, Scored>of(MODEL,
        Reading.FEATURES, Scored.RESULT).badEvents(BadEvents.FAIL);
    try (var harness = Harness.of(scoring, new HashMapStateBackend(), null)) {
      assertThatThrownBy(() -> harness.take(BAD)).isInstanceOf(DataException.class)
          .hasMessage(message);
    }
  }

  @Test
  void aMissingFeatureMayBeImputed() throws Exception {
    var imputed = new ArrayList<>(GOOD);
    imputed.add(30, new Reading("device3", 1500, 999, 1, 0, 1));
    try (var harness = Harness.of(OPTIONS.withBadEvents(BadEvents.IMPUTE))) {
      harness.take(withBad());
      harness.endInput();
      BatchedScoringTest.assertSameByKey(harness.extractOutputValues(),
          Networks.scores(MODEL, Reading.FEATURES, imputed));
    }
  }

  /// What a function of the user's throws is the fault of an event, not of the job.
  @Test
  void featuresThatThrowAreBad() throws Exception {
    Features<Reading> throwing = (_, _) -> {
      throw new IllegalStateException("no wheel");
    };
    try (var harness = Harness.of(ScoringOptions.<Reading, Scored>of(ModelSource.of(MODEL),
        throwing, Scored.RESULT))) {
      harness.take(GOOD.getFirst());
      harness.endInput();
      assertThat(bad(harness)).singleElement().satisfies(bad -> assertThat(bad.why()).isEqualTo(
          "the features of the event cannot be read: java.lang.IllegalStateException: no wheel"));
    }
  }

  @Test
  void aKeyThatHadOnlyBadEventsKeepsNothing() throws Exception {
    try (var harness = Harness.of(OPTIONS)) {
      harness.take(BAD);
      harness.endInput();
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void aKeyOfAMegabyteIsAKeyLikeOthers() throws Exception {
    var key = "k".repeat(1 << 20);
    try (var harness = Harness.of(OPTIONS)) {
      harness.take(new Reading(key, 1000, 0, 1, 2, 3));
      harness.take(new Reading(key, 1001, 1, 1, Float.NaN, 3));
      harness.endInput();
      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(bad(harness)).singleElement().satisfies(bad -> assertThat(bad.key())
          .hasSizeLessThan(300).contains("1048576 characters"));
    }
  }

  /// They waited until the clock was where it had been.
  @Test
  void eventsDoNotWaitForAClockThatJumpedBack() throws Exception {
    try (var harness = Harness.of(OPTIONS.withMaxWait(Duration.ofMillis(5)).withBatch(2))) {
      harness.setProcessingTime(1_000_000);
      harness.take(GOOD.subList(0, 2));
      harness.setProcessingTime(1_000_002);
      harness.take(GOOD.get(2));
      // Flink's timer comes after a span, not at a time; the harness has only times.
      harness.getProcessingTimeService().setCurrentTime(500_000);
      harness.getOneInputOperator().prepareSnapshotPreBarrier(0);
      assertThat(harness.extractOutputValues()).hasSize(3);
      harness.take(GOOD.get(3));
      harness.getProcessingTimeService().setCurrentTime(1_000_005);
      assertThat(harness.extractOutputValues()).hasSize(4);
    }
  }

  /// The time of a state never goes back, so the gap is never below 0.
  @Test
  void timesOfEventsMayGoBack() throws Exception {
    var readings = List.of(new Reading("a", 5000, 0, 1, 1, 1), new Reading("a", 2000, 1, 1, 1, 1),
        new Reading("a", 6000, 2, 1, 1, 1));
    try (var harness = Harness.of(ScoringOptions.<Reading, Scored>of(ModelSource.of(MODEL),
        Reading.WITH_GAP, Scored.RESULT))) {
      harness.take(readings);
      harness.endInput();
      assertThat(harness.extractOutputValues()).isEqualTo(Networks.scores(MODEL,
          Reading.FEATURES, List.of(new Reading("a", 0, 0, 1, 1, 0),
              new Reading("a", 0, 1, 1, 1, 0), new Reading("a", 0, 2, 1, 1, 1))));
    }
  }

  @Test
  void badEventsTravel() throws Exception {
    var type = new BadEventType<>(Harness.READINGS);
    var serializer = type.createSerializer(new org.apache.flink.api.common.ExecutionConfig()
        .getSerializerConfig());
    var bad = new BadEvent<>("device3", 1500, BAD, WHY);
    var out = new DataOutputSerializer(16);
    serializer.serialize(serializer.copy(bad), out);
    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isEqualTo(bad);
    var restored = serializer.snapshotConfiguration().restoreSerializer();
    assertThat(restored).isEqualTo(serializer);
  }

  static List<BadEvent<Reading>> bad(Harness harness) {
    var queue = harness.getSideOutput(ScoringOutputs.badEvents(Harness.READINGS));
    return queue == null ? List.of() : queue.stream().map(StreamRecord::getValue).toList();
  }
}
