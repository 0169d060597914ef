package dev.unroll.flink;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.cell.Lstm;
import dev.unroll.data.Tokens;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.flink.operator.TwoInputScoring;
import dev.unroll.model.Inputs;
import dev.unroll.model.Outputs;
import dev.unroll.model.RecurrentStack;
import dev.unroll.model.SequenceToSequence;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A new model without a stop.
class ModelUpdatesTest {
  private static final StreamModel FIRST = Networks.lstm(5, 1);
  private static final StreamModel SECOND = Networks.lstm(5, 2);
  private static final StreamModel LARGER = Networks.lstm(6, 3);
  private static final List<Reading> READINGS = Reading.some(40, 4, 2);

  @TempDir
  private Path folder;

  private static ScoringOptions<Reading, Scored> options(StreamModel model) {
    return ScoringOptions.of(ModelSource.of(model), Reading.FEATURES, Scored.RESULT);
  }

  private static final class TwoInputs
      extends
        KeyedTwoInputStreamOperatorTestHarness<String, Reading, ModelSource, Scored> {
    TwoInputs(ScoringOptions<Reading, Scored> options, @Nullable OperatorSubtaskState state)
        throws Exception {
      super(new TwoInputScoring<String, Reading, Scored>(null, options, Harness.READINGS),
          Reading::device, _ -> "", Types.STRING);
      setup();
      if (state != null) {
        initializeState(state);
      }
      open();
    }

    void take(List<Reading> readings) throws Exception {
      for (var reading : readings) {
        processElement1(reading, reading.time());
      }
    }

    void take(ModelSource model) throws Exception {
      processElement2(new StreamRecord<>(model));
    }

    List<Scored> scores() {
      return getOutput().stream().filter(StreamRecord.class::isInstance)
          .map(record -> (Scored) ((StreamRecord<?>) record).getValue()).toList();
    }

    List<String> versions() {
      return scores().stream().map(Scored::model).toList();
    }
  }

  /// What came before a model is scored by the one before, and the states go on.
  @Test
  void aModelOfTheSameLayersGoesOnWithTheStates() throws Exception {
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(READINGS.subList(0, 20));
      harness.take(ModelSource.of(SECOND));
      harness.take(READINGS.subList(20, 40));
      harness.prepareSnapshotPreBarrier(1);
      var versions = harness.versions();
      assertThat(versions.subList(0, 20)).containsOnly(FIRST.version());
      assertThat(versions.subList(20, 40)).containsOnly(SECOND.version());
      assertThat(harness.numKeyedStateEntries()).isEqualTo(4);
    }
  }

  @Test
  void aModelOfOtherLayersDoesNotTakeOver() throws Exception {
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(READINGS.subList(0, 20));
      harness.take(ModelSource.of(LARGER));
      harness.take(READINGS.subList(20, 40));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(40).containsOnly(FIRST.version());
    }
  }

  @Test
  void aModelOfOtherLayersTakesOverIfAsked() throws Exception {
    var options = options(FIRST).withModelChange(ModelChange.reset());
    OperatorSubtaskState state;
    try (var harness = new TwoInputs(options, null)) {
      harness.take(READINGS.subList(0, 20));
      harness.take(ModelSource.of(LARGER));
      harness.take(READINGS.subList(20, 30));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions().subList(20, 30)).containsOnly(LARGER.version());
      state = harness.snapshot(1, 1);
    }
    // The savepoint says which layout it has.
    try (var harness = new TwoInputs(options(LARGER), state)) {
      harness.take(READINGS.subList(30, 40));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(10);
    }
  }

  @Test
  void aModelThatCannotBeReadChangesNothing() throws Exception {
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(ModelSource.file(folder.resolve("nothing").toString()));
      harness.take(ModelSource.bytes(() -> new byte[] {1, 2, 3}));
      harness.take(READINGS);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(40).containsOnly(FIRST.version());
    }
  }

  @Test
  void aJobThatIsRestoredGoesOnWithTheModelThatCame() throws Exception {
    OperatorSubtaskState state;
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(ModelSource.of(SECOND));
      harness.take(READINGS.subList(0, 20));
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = new TwoInputs(options(FIRST), state)) {
      harness.take(READINGS.subList(20, 40));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(20).containsOnly(SECOND.version());
    }
    // Whoever starts it with another model means that one.
    var third = Networks.lstm(5, 9);
    try (var harness = new TwoInputs(options(third), state)) {
      harness.take(READINGS.subList(20, 40));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(20).containsOnly(third.version());
    }
  }

  /// A stream of models has no watermarks, and must not hold those of the events back.
  @Test
  void timeGoesOnWithoutModels() throws Exception {
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.processWatermark1(new Watermark(7));
      assertThat(harness.getOutput()).containsExactly(new Watermark(7));
    }
  }

  private Scoring<String, Reading, Scored> watching(ModelSource source, Path file) {
    return Scoring.<String, Reading, Scored>of(source, Reading.FEATURES, Scored.RESULT)
        .watch(file.toString(), Duration.ofMillis(100));
  }

  @Test
  void aFileIsWatched() throws Exception {
    var file = folder.resolve("model.safetensors");
    var options = options(FIRST).withBatch(1).withWatch(file.toString(), Duration.ofMillis(100));
    write(file, FIRST.toBytes(), 0);
    try (var harness = Harness.of(options)) {
      expectUpdates(harness, file);
    }
    write(file, FIRST.toBytes(), 0);
    try (var harness = Harness.of(watching(ModelSource.of(FIRST), folder),
        new HashMapStateBackend(), null)) {
      expectUpdates(harness, file);
    }
  }

  private static void expectUpdates(Harness harness, Path file) throws Exception {
    harness.setProcessingTime(1000);
    harness.take(READINGS.get(0));
    write(file, SECOND.toBytes(), 1);
    harness.setProcessingTime(1050);
    harness.take(READINGS.get(1));
    harness.setProcessingTime(1200);
    harness.take(READINGS.get(2));
    // Half of it, then something else, then nothing, then a model of other layers.
    var half = LARGER.toBytes();
    var steps = new ArrayList<byte[]>(List.of(Arrays.copyOf(half, half.length / 2),
        "not a model".getBytes(US_ASCII), half));
    for (int i = 0; i < steps.size(); i++) {
      write(file, steps.get(i), 2 + i);
      harness.setProcessingTime(1300 + 100 * i);
      harness.take(READINGS.get(3 + i));
    }
    Files.delete(file);
    harness.setProcessingTime(1700);
    harness.take(READINGS.get(6));
    write(file, FIRST.toBytes(), 9);
    harness.setProcessingTime(1900);
    harness.take(READINGS.get(7));
    assertThat(harness.extractOutputValues()).extracting(Scored::model).containsExactly(
        FIRST.version(), FIRST.version(), SECOND.version(), SECOND.version(), SECOND.version(),
        SECOND.version(), SECOND.version(), FIRST.version());
  }

  /// A clock that is set back would have ended the looks.
  @Test
  void aFileIsWatchedByAClockThatJumpedBack() throws Exception {
    var file = folder.resolve("model.safetensors");
    write(file, FIRST.toBytes(), 0);
    try (var harness = Harness.of(watching(ModelSource.of(FIRST), file),
        new HashMapStateBackend(), null)) {
      harness.setProcessingTime(1_000_000);
      harness.take(READINGS.get(0));
      write(file, SECOND.toBytes(), 1);
      harness.getProcessingTimeService().setCurrentTime(500_000);
      harness.take(READINGS.get(1));
      assertThat(harness.extractOutputValues()).extracting(Scored::model)
          .containsExactly(FIRST.version(), SECOND.version());
    }
  }

  /// The file had by then a model of other layers, or half of one, with which no job begins.
  @Test
  void aJobThatIsRestoredDoesNotDependOnTheFileThatItWatches() throws Exception {
    var file = folder.resolve("model.safetensors");
    var source = ModelSource.file(file.toString());
    var options = ScoringOptions.<Reading, Scored>of(source, Reading.FEATURES, Scored.RESULT)
        .withWatch(file.toString(), Duration.ofMillis(100));
    for (boolean isBatched : new boolean[] {true, false}) {
      OperatorSubtaskState state;
      write(file, FIRST.toBytes(), 1);
      try (var harness = isBatched ? Harness.of(options)
          : Harness.of(watching(source, file), new HashMapStateBackend(), null)) {
        harness.take(READINGS.subList(0, 20));
        harness.prepareSnapshotPreBarrier(1);
        state = harness.snapshot(1, 1);
      }
      var other = LARGER.toBytes();
      for (var bytes : List.of(other, Arrays.copyOf(other, other.length / 2))) {
        write(file, bytes, 2);
        try (var harness = isBatched ? Harness.of(options, new HashMapStateBackend(), state)
            : Harness.of(watching(source, file), new HashMapStateBackend(), state)) {
          harness.take(READINGS.subList(20, 40));
          harness.prepareSnapshotPreBarrier(1);
          assertThat(harness.extractOutputValues()).hasSize(20)
              .allMatch(score -> score.model().equals(FIRST.version()));
        }
      }
    }
  }

  /// One at a time began with the model of the job, whatever model batches had by then.
  @Test
  void aModelThatCameGoesWithASavepointToTheOtherOperator() throws Exception {
    OperatorSubtaskState state;
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(ModelSource.of(SECOND));
      harness.take(READINGS.subList(0, 20));
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    Scoring<String, Reading, Scored> scoring = Scoring.of(FIRST, Reading.FEATURES, Scored.RESULT);
    try (var harness = Harness.of(scoring, new HashMapStateBackend(), state)) {
      harness.take(READINGS.subList(20, 40));
      assertThat(harness.extractOutputValues()).hasSize(20)
          .allMatch(score -> score.model().equals(SECOND.version()));
    }
  }

  /// It was taken, and then no event had the features that it reads.
  @Test
  void aModelWithOtherNamesDoesNotTakeOver() throws Exception {
    var named = StreamModel.of(SequenceToSequence.of(Inputs.features("a", "b", "c"),
        RecurrentStack.of(Lstm.cell(), 5), Outputs.numbers(2), 4));
    assertThat(named.layout()).isEqualTo(FIRST.layout());
    try (var harness = new TwoInputs(options(FIRST), null)) {
      harness.take(ModelSource.of(named));
      harness.take(READINGS);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.versions()).hasSize(40).containsOnly(FIRST.version());
    }
  }

  /// The threshold was not part of the version, so that a checkpoint forgot it.
  @Test
  void aJobThatIsRestoredHasTheThresholdThatCame() throws Exception {
    var tokens = Tokens.of(List.of("home", "cart", "pay"));
    var language = StreamModel.of(SequenceToSequence.of(Inputs.tokens(tokens),
        RecurrentStack.of(Lstm.cell(), 4), Outputs.classes(3).named(tokens), 1)).surprise();
    Features<Reading> token = (reading, row) -> row.set(0, (int) (reading.id() % 3));
    ScoreResult<Reading, Scored> alarm = (reading, score) -> new Scored(reading.device(),
        reading.id(), score.value("surprise"), score.value("alarm"), score.version());
    var options = ScoringOptions.of(ModelSource.of(language), token, alarm);
    OperatorSubtaskState state;
    try (var harness = new TwoInputs(options, null)) {
      harness.take(ModelSource.of(language.surprise(0.01)));
      harness.take(READINGS.subList(0, 20));
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = new TwoInputs(options, state)) {
      harness.take(READINGS.subList(20, 40));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.scores()).hasSize(20).allMatch(score -> score.second() == 1);
    }
  }

  private static void write(Path file, byte[] bytes, int seconds) throws Exception {
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L + 1000L * seconds));
  }

  /// However many tasks receive it, a JVM has a model once.
  @Test
  void tasksShareAModel() throws Exception {
    var file = folder.resolve("model.safetensors");
    Files.write(file, FIRST.toBytes());
    var source = org.apache.flink.util.InstantiationUtil.clone(ModelSource.file(file.toString()));
    var other = org.apache.flink.util.InstantiationUtil.clone(ModelSource.of(FIRST));
    assertThat(source.load()).isSameAs(other.load());
  }

  @Test
  void sourcesOfModelsTravel() throws Exception {
    var serializer = new ModelSourceType().createSerializer(
        new org.apache.flink.api.common.ExecutionConfig().getSerializerConfig());
    var out = new org.apache.flink.core.memory.DataOutputSerializer(16);
    serializer.serialize(ModelSource.of(SECOND), out);
    var back = serializer.deserialize(new org.apache.flink.core.memory.DataInputDeserializer(
        out.getCopyOfBuffer()));
    assertThat(back.load().version()).isEqualTo(SECOND.version());
  }
}
