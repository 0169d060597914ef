package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.data.DataException;
import dev.unroll.flink.operator.KeyedModel;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Events out of order, and keys that have none for long.
class EventTimeTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final ScoringOptions<Reading, Scored> OPTIONS =
      ScoringOptions.of(ModelSource.of(MODEL), Reading.WITH_GAP, Scored.RESULT);
  private static final List<Reading> READINGS = Reading.some(300, 10, 7);
  private static final List<Scored> EXPECTED =
      Networks.scores(MODEL, Reading.WITH_GAP, READINGS);

  static List<StateBackend> backends() {
    return BatchedScoringTest.backends().toList();
  }

  /// The readings, of which neighbours of `n` are shuffled.
  private static List<Reading> shuffled(int n) {
    var mixed = new ArrayList<>(READINGS);
    for (int i = 0; i < mixed.size(); i += n) {
      Collections.shuffle(mixed.subList(i, Math.min(i + n, mixed.size())), new Random(i));
    }
    return mixed;
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sortedEventsGiveTheBitsOfThoseInOrder(StateBackend backend) throws Exception {
    try (var harness = Harness.of(OPTIONS.withLateness(Duration.ZERO).withBatch(16), backend,
        null)) {
      int i = 0;
      for (var reading : shuffled(25)) {
        harness.take(reading);
        if (++i % 50 == 0) {
          harness.processWatermark(1000 + i - 26);
        }
      }
      harness.processWatermark(Watermark.MAX_WATERMARK);
      BatchedScoringTest.assertSameByKey(harness.extractOutputValues(), EXPECTED);
    }
  }

  @Test
  void eventsOfTheSameTimeKeepTheirOrder() throws Exception {
    var same = List.of(new Reading("a", 5, 0, 1, 0, 0), new Reading("a", 5, 1, 0, 1, 0),
        new Reading("a", 4, 2, 0, 0, 1));
    try (var harness = Harness.of(OPTIONS.withLateness(Duration.ZERO))) {
      harness.take(same);
      harness.processWatermark(5);
      assertThat(harness.extractOutputValues()).extracting(Scored::id).containsExactly(2L, 0L,
          1L);
    }
  }

  /// With a lateness, the watermark may be ahead of events by as much.
  @Test
  void latenessHoldsEventsAndWatermarksBack() throws Exception {
    try (var harness = Harness.of(OPTIONS.withLateness(Duration.ofMillis(10)))) {
      harness.take(new Reading("a", 100, 0, 1, 0, 0));
      harness.processWatermark(105);
      assertThat(harness.getOutput()).containsExactly(new Watermark(95));
      harness.take(new Reading("a", 97, 1, 1, 0, 0));
      harness.processWatermark(110);
      assertThat(harness.extractOutputValues()).extracting(Scored::id).containsExactly(1L, 0L);
      assertThat(harness.getOutput()).last().isEqualTo(new Watermark(100));
    }
  }

  @Test
  void whatIsLaterStillGoesToTheSide() throws Exception {
    var late = new Reading("a", 95, 1, 1, 0, 0);
    try (var harness = Harness.of(OPTIONS.withLateness(Duration.ofMillis(10)))) {
      harness.processWatermark(105);
      harness.take(late);
      harness.processWatermark(Watermark.MAX_WATERMARK);
      assertThat(harness.extractOutputValues()).isEmpty();
      assertThat(harness.getSideOutput(ScoringOutputs.lateEvents(Harness.READINGS)))
          .extracting(StreamRecord::getValue).containsExactly(late);
    }
  }

  @Test
  void sortingNeedsTimes() throws Exception {
    try (var harness = Harness.of(OPTIONS.withLateness(Duration.ZERO))) {
      assertThatThrownBy(() -> harness.processElement(new StreamRecord<>(READINGS.getFirst())))
          .isInstanceOf(DataException.class).hasMessageContaining("has no time");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void whatIsHeldIsInACheckpoint(StateBackend backend) throws Exception {
    var options = OPTIONS.withLateness(Duration.ZERO);
    OperatorSubtaskState state;
    var scores = new ArrayList<Scored>();
    try (var harness = Harness.of(options, backend, null)) {
      harness.take(shuffled(25).subList(0, 160));
      harness.processWatermark(1090);
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
      scores.addAll(harness.extractOutputValues());
    }
    try (var harness = Harness.of(options, backend, state)) {
      harness.processWatermark(1091);
      harness.take(shuffled(25).subList(160, 300));
      harness.processWatermark(Watermark.MAX_WATERMARK);
      scores.addAll(harness.extractOutputValues());
    }
    BatchedScoringTest.assertSameByKey(scores, EXPECTED);
  }

  /// What was held waited for the timers of the lateness before, which found nothing.
  @ParameterizedTest
  @MethodSource("backends")
  void aRestoredJobMayHaveAnotherLateness(StateBackend backend) throws Exception {
    for (long[] lateness : new long[][] {{0, 10}, {10, 0}}) {
      OperatorSubtaskState state;
      try (var harness = Harness.of(OPTIONS.withLateness(Duration.ofMillis(lateness[0])), backend,
          null)) {
        harness.take(new Reading("a", 100, 0, 1, 0, 0));
        state = harness.snapshot(1, 1);
      }
      try (var harness = Harness.of(OPTIONS.withLateness(Duration.ofMillis(lateness[1])), backend,
          state)) {
        harness.take(new Reading("a", 99, 1, 1, 0, 0));
        harness.processWatermark(100 + lateness[1] - 1);
        assertThat(harness.extractOutputValues()).extracting(Scored::id).containsExactly(1L);
        harness.processWatermark(100 + lateness[1]);
        assertThat(harness.extractOutputValues()).extracting(Scored::id).containsExactly(1L, 0L);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aKeyThatWasIdleForLongBeginsAnew(StateBackend backend) throws Exception {
    var readings = List.of(new Reading("a", 1000, 0, 1, 0, 0), new Reading("a", 1100, 1, 1, 0, 0),
        new Reading("a", 1201, 2, 1, 0, 0), new Reading("a", 1300, 3, 1, 0, 0));
    var expected = new ArrayList<>(Networks.scores(MODEL, Reading.WITH_GAP,
        readings.subList(0, 2)));
    expected.addAll(Networks.scores(MODEL, Reading.WITH_GAP, readings.subList(2, 4)));
    for (int batch : new int[] {1, 4}) {
      var options = OPTIONS.withExpireAfter(Duration.ofMillis(100)).withBatch(batch);
      try (var harness = Harness.of(options, backend, null)) {
        harness.take(readings);
        harness.endInput();
        assertThat(harness.extractOutputValues()).isEqualTo(expected);
      }
    }
    var scoring = Scoring.<String, Reading, Scored>of(MODEL, Reading.WITH_GAP, Scored.RESULT)
        .expireAfter(Duration.ofMillis(100));
    try (var harness = Harness.of(scoring, backend, null)) {
      harness.take(readings);
      assertThat(harness.extractOutputValues()).isEqualTo(expected);
    }
  }

  private interface Check {
    void of(Harness harness) throws Exception;
  }

  /// Checks both operators, whose keys expire after 100 ms.
  private static void expireAfter100(Check check) throws Exception {
    var scoring = Scoring.<String, Reading, Scored>of(MODEL, Reading.WITH_GAP, Scored.RESULT)
        .expireAfter(Duration.ofMillis(100));
    try (var batched = Harness.of(OPTIONS.withExpireAfter(Duration.ofMillis(100)));
        var single = Harness.of(scoring, new HashMapStateBackend(), null)) {
      check.of(batched);
      check.of(single);
    }
  }

  @Test
  void theStateOfAnIdleKeyIsDroppedWithOneTimer() throws Exception {
    expireAfter100(harness -> {
      for (int i = 0; i < 90; i++) {
        harness.take(new Reading("a", 1000 + i, i, 1, 0, 0));
      }
      assertThat(harness.numEventTimeTimers()).isLessThanOrEqualTo(1);
      harness.processWatermark(1199); // its end is 1189, timers are at multiples of 100
      assertThat(harness.numKeyedStateEntries()).isOne();
      assertThat(harness.numEventTimeTimers()).isOne();
      harness.processWatermark(1200);
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numEventTimeTimers()).isZero();
    });
  }

  /// A key that always has events gained a timer in each span; a sensor that is broken, one for
  /// each of its bad events.
  @Test
  void aKeyHasFewTimersWhateverComes() throws Exception {
    expireAfter100(harness -> {
      for (int i = 0; i < 200; i++) {
        harness.take(new Reading("healthy", 1000 + 17 * i, i, 1, 0, 0));
        harness.take(new Reading("broken", 1000 + 17 * i, i, Float.NaN, 0, 0));
        harness.processWatermark(1000 + 17 * i);
        assertThat(harness.numEventTimeTimers()).isLessThanOrEqualTo(2);
      }
      assertThat(harness.numKeyedStateEntries()).isOne();
    });
  }

  /// A bad event that came after the end of a state dropped it in a batch, but not alone.
  @Test
  void aBadEventLeavesTheStateAsItWas() throws Exception {
    var readings = List.of(new Reading("a", 1000, 0, 1, 0, 0),
        new Reading("a", 9000, 1, Float.NaN, 0, 0), new Reading("a", 1050, 2, 2, 0, 0));
    var good = List.of(readings.get(0), readings.get(2));
    for (int batch : new int[] {1, 2, 64}) {
      var options = OPTIONS.withBatch(batch).withExpireAfter(Duration.ofMillis(100));
      try (var harness = Harness.of(options)) {
        harness.take(readings);
        harness.endInput();
        assertThat(harness.extractOutputValues())
            .isEqualTo(Networks.scores(MODEL, Reading.WITH_GAP, good));
      }
    }
  }

  /// A job of one operator or the other whose keys expire after so many milliseconds; 0 for never.
  private static Harness expiring(boolean isBatched, long idle, StateBackend backend,
      @Nullable OperatorSubtaskState state) throws Exception {
    if (isBatched) {
      return Harness.of(idle == 0 ? OPTIONS : OPTIONS.withExpireAfter(Duration.ofMillis(idle)),
          backend, state);
    }
    var scoring = Scoring.<String, Reading, Scored>of(MODEL, Reading.WITH_GAP, Scored.RESULT);
    return Harness.of(idle == 0 ? scoring : scoring.expireAfter(Duration.ofMillis(idle)), backend,
        state);
  }

  private static OperatorSubtaskState savepoint(boolean isBatched, long idle, StateBackend backend)
      throws Exception {
    try (var harness = expiring(isBatched, idle, backend, null)) {
      harness.take(new Reading("a", 1000, 0, 1, 0, 0));
      harness.prepareSnapshotPreBarrier(1);
      return harness.snapshot(1, 1);
    }
  }

  /// The timers of the function had another name than those of the operator: keys that never had an
  /// event again stayed for ever.
  @ParameterizedTest
  @MethodSource("backends")
  void statesExpireInASavepointOfTheOtherOperator(StateBackend backend) throws Exception {
    for (boolean isBatched : new boolean[] {true, false}) {
      var savepoint = savepoint(!isBatched, 100, backend);
      try (var harness = expiring(isBatched, 100, backend, savepoint)) {
        assertThat(harness.numEventTimeTimers()).isOne();
        harness.processWatermark(1099);
        assertThat(keys(harness)).containsExactly("a");
        harness.processWatermark(1200);
        assertThat(keys(harness)).isEmpty();
        assertThat(harness.numEventTimeTimers()).isZero();
      }
    }
  }

  /// The timers of a job whose keys expired dropped the states of one whose keys do not.
  @ParameterizedTest
  @MethodSource("backends")
  void statesStayInAJobThatNoLongerLetsThemExpire(StateBackend backend) throws Exception {
    for (boolean wasBatched : new boolean[] {true, false}) {
      var savepoint = savepoint(wasBatched, 100, backend);
      for (boolean isBatched : new boolean[] {true, false}) {
        try (var harness = expiring(isBatched, 0, backend, savepoint)) {
          harness.processWatermark(9000);
          assertThat(keys(harness)).containsExactly("a");
        }
      }
    }
  }

  /// A savepoint of a job whose keys did not expire has no timers; the first event of the key in
  /// another span of the idle time sets one.
  @ParameterizedTest
  @MethodSource("backends")
  void statesExpireInASavepointWithoutTimers(StateBackend backend) throws Exception {
    for (boolean isBatched : new boolean[] {true, false}) {
      var savepoint = savepoint(!isBatched, 0, backend);
      try (var harness = expiring(isBatched, 100, backend, savepoint)) {
        harness.processWatermark(1050);
        harness.take(new Reading("a", 1100, 1, 1, 0, 0));
        harness.processWatermark(1199);
        assertThat(keys(harness)).containsExactly("a");
        assertThat(harness.numEventTimeTimers()).isOne();
        harness.processWatermark(1200);
        assertThat(keys(harness)).isEmpty();
      }
    }
  }

  /// What the operator's timers were called in savepoints of the first format.
  @Test
  void timersOfTheFirstFormatAreTakenOver() throws Exception {
    OperatorSubtaskState state;
    try (var first = new KeyedOneInputStreamOperatorTestHarness<>(new FirstTimers(),
        Reading::device, Types.STRING, 128, 1, 0)) {
      first.open();
      first.processElement(new StreamRecord<>(new Reading("a", 1000, 0, 1, 0, 0), 1000));
      state = first.snapshot(1, 1);
    }
    try (var harness = expiring(true, 100, new HashMapStateBackend(), state)) {
      harness.processWatermark(1199);
      assertThat(keys(harness)).containsExactly("a");
      harness.processWatermark(1200);
      harness.processWatermark(1201);
      assertThat(keys(harness)).isEmpty();
      assertThat(harness.numEventTimeTimers()).isZero();
    }
  }

  private static final class FirstTimers extends AbstractStreamOperator<Reading>
      implements OneInputStreamOperator<Reading, Reading>, Triggerable<String, VoidNamespace> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(StreamRecord<Reading> event) throws Exception {
      getKeyedStateStore().getState(new KeyedModel<>(OPTIONS, MODEL, 1).states())
          .update(KeyState.of(MODEL.layout(), event.getTimestamp(), 1, new float[10]));
      getInternalTimerService("unroll-timers", VoidNamespaceSerializer.INSTANCE, this)
          .registerEventTimeTimer(VoidNamespace.INSTANCE, 1200);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {}

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {}
  }

  /// The keys that have a state.
  private static List<Object> keys(Harness harness) {
    try (var keys = harness.getOperator().getKeyedStateBackend().getKeys("unroll-state",
        VoidNamespace.INSTANCE)) {
      return keys.<Object>map(key -> key).toList();
    }
  }

  /// What is held belongs to the key too.
  @Test
  void sortedEventsAreBeforeTheEndOfTheirState() throws Exception {
    var options = OPTIONS.withLateness(Duration.ofMillis(20))
        .withExpireAfter(Duration.ofMillis(100));
    var readings = List.of(new Reading("a", 1000, 0, 1, 0, 0), new Reading("a", 1100, 1, 1, 0, 0));
    try (var harness = Harness.of(options)) {
      harness.take(readings.get(0));
      harness.processWatermark(1110);
      harness.take(readings.get(1));
      harness.processWatermark(1120);
      assertThat(harness.extractOutputValues())
          .isEqualTo(Networks.scores(MODEL, Reading.WITH_GAP, readings));
      harness.processWatermark(1220);
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }
}
