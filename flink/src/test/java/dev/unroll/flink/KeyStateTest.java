package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.flink.state.KeyStateSerializer;
import dev.unroll.flink.state.LayoutSnapshot;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.StreamModel;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is kept for a key: through checkpoints, another parallelism, and other models.
class KeyStateTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final StreamModel RETRAINED = Networks.lstm(5, 2);
  private static final StreamModel LARGER = Networks.lstm(6, 3);
  private static final List<Reading> READINGS = Reading.some(400, 30, 4);
  private static final List<Reading> BEFORE = READINGS.subList(0, 200);
  private static final List<Reading> AFTER = READINGS.subList(200, 400);

  static List<StateBackend> backends() {
    return BatchedScoringTest.backends().toList();
  }

  private static ScoringOptions<Reading, Scored> options(StreamModel model) {
    return ScoringOptions.<Reading, Scored>of(ModelSource.of(model), Reading.FEATURES,
        Scored.RESULT).withBatch(16);
  }

  private static OperatorSubtaskState savepoint(StateBackend backend) throws Exception {
    try (var harness = Harness.of(options(MODEL), backend, null)) {
      harness.take(BEFORE);
      harness.prepareSnapshotPreBarrier(1);
      return harness.snapshot(1, 1);
    }
  }

  private static List<Scored> scores(ScoringOptions<Reading, Scored> options,
      StateBackend backend, OperatorSubtaskState state) throws Exception {
    try (var harness = Harness.of(options, backend, state)) {
      harness.take(AFTER);
      harness.endInput();
      return harness.extractOutputValues();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRestoredJobGoesOnWithTheSameBits(StateBackend backend) throws Exception {
    var expected = Networks.scores(MODEL, Reading.FEATURES, READINGS).subList(200, 400);
    BatchedScoringTest.assertSameByKey(scores(options(MODEL), backend, savepoint(backend)),
        expected);
  }

  /// Weights may change, layers may not.
  @ParameterizedTest
  @MethodSource("backends")
  void aRetrainedModelGoesOnWithTheStates(StateBackend backend) throws Exception {
    var scores = scores(options(RETRAINED), backend, savepoint(backend));
    assertThat(scores).hasSize(200).allSatisfy(score -> assertThat(score.model())
        .isEqualTo(RETRAINED.version()));
    assertThat(byId(scores)).isNotEqualTo(byId(Networks.scores(RETRAINED, Reading.FEATURES,
        AFTER)));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theStatesOfAnotherLayoutAreRefusedWithWhatDiffers(StateBackend backend) throws Exception {
    var savepoint = savepoint(backend);
    assertThatThrownBy(() -> scores(options(LARGER), backend, savepoint)).rootCause()
        .hasMessage("the states of the keys are those of model %s, and those of model %s differ: "
            + "%s; use a model of the same layers, or say what becomes of the states with "
            + "onModelChange", MODEL.version(), LARGER.version(),
            "layer0.c has 6 numbers, not 5, layer0.h has 6 numbers, not 5");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theStatesOfAnotherLayoutBeginAnewIfAsked(StateBackend backend) throws Exception {
    var scores = scores(options(LARGER).withModelChange(ModelChange.reset()), backend,
        savepoint(backend));
    assertThat(byId(scores)).isEqualTo(byId(Networks.scores(LARGER, Reading.FEATURES, AFTER)));
  }

  /// The larger network begins with the numbers of the smaller one, and zeros.
  @ParameterizedTest
  @MethodSource("backends")
  void theStatesOfAnotherLayoutAreMigrated(StateBackend backend) throws Exception {
    var seen = new ArrayList<Long>();
    ModelChange padded = (old, model) -> {
      seen.add(old.events());
      var values = new float[12];
      System.arraycopy(old.values(), 0, values, 0, 5);
      System.arraycopy(old.values(), 5, values, 6, 5);
      return KeyState.of(model.layout(), old.time(), old.events(), values);
    };
    var scores = scores(options(LARGER).withModelChange(padded), backend, savepoint(backend));
    assertThat(seen).hasSize(30).allSatisfy(events -> assertThat(events).isPositive());
    assertThat(byId(scores)).isNotEqualTo(byId(Networks.scores(LARGER, Reading.FEATURES, AFTER)));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void keysMoveToOtherTasks(StateBackend backend) throws Exception {
    var savepoint = savepoint(backend);
    var scores = new ArrayList<Scored>();
    for (int task = 0; task < 3; task++) {
      var part = AbstractStreamOperatorTestHarness.repartitionOperatorState(savepoint, 128, 1, 3,
          task);
      try (var harness = Harness.of(options(MODEL), backend, part, 3, task)) {
        int mine = task;
        harness.take(AFTER.stream().filter(reading -> taskOf(reading, 3) == mine).toList());
        harness.endInput();
        scores.addAll(harness.extractOutputValues());
      }
    }
    BatchedScoringTest.assertSameByKey(scores,
        Networks.scores(MODEL, Reading.FEATURES, READINGS).subList(200, 400));
  }

  private static int taskOf(Reading reading, int tasks) {
    return org.apache.flink.runtime.state.KeyGroupRangeAssignment
        .assignKeyToParallelOperator(reading.device(), 128, tasks);
  }

  /// A checkpoint is written while the next events change the states in place.
  @Test
  void aCheckpointOfTheHeapKeepsWhatItHad() throws Exception {
    var backend = new HashMapStateBackend();
    OperatorSubtaskState first;
    try (var harness = Harness.of(options(MODEL), backend, null)) {
      harness.take(BEFORE);
      harness.prepareSnapshotPreBarrier(1);
      var written = harness.snapshotWithLocalState(1, 1);
      harness.take(AFTER);
      harness.endInput();
      first = written.getJobManagerOwnedState();
    }
    BatchedScoringTest.assertSameByKey(scores(options(MODEL), backend, first),
        Networks.scores(MODEL, Reading.FEATURES, READINGS).subList(200, 400));
  }

  @Test
  void oneAtATimeGoesOnWhereBatchesStopped() throws Exception {
    var backend = new HashMapStateBackend();
    Scoring<String, Reading, Scored> scoring =
        Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT);
    try (var harness = Harness.of(scoring, backend, savepoint(backend))) {
      harness.take(AFTER);
      assertThat(harness.extractOutputValues())
          .isEqualTo(Networks.scores(MODEL, Reading.FEATURES, READINGS).subList(200, 400));
    }
  }

  @Test
  void theSerializerCopiesDeeply() throws Exception {
    var serializer = new KeyStateSerializer(new LayoutSnapshot(MODEL.layout(), "v", false));
    var state = KeyState.of(MODEL.layout(), 7, 3, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    var copy = serializer.copy(state);
    state.values()[0] = -1;
    assertThat(copy.values()[0]).isEqualTo(1);
    var out = new DataOutputSerializer(16);
    serializer.serialize(copy, out);
    var back = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    assertThat(back).isEqualTo(copy);
    var copied = new DataOutputSerializer(16);
    serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
  }

  private static List<Scored> byId(List<Scored> scores) {
    return scores.stream().sorted(java.util.Comparator.comparingLong(Scored::id)).toList();
  }
}
