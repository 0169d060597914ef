package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unroll.stream.StreamModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Savepoints that earlier versions have written, in `src/test/resources/savepoints`, one folder a
/// version of the format, each with its model. A new one is written by
/// `mvn -pl flink -am test -Dtest=SavepointTest -Dunroll.savepoint=FOLDER`.
class SavepointTest {
  private static final Replay REPLAY = new Replay(3000, 40);
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(1);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  static Stream<Path> savepoints() throws Exception {
    var all = Path.of(SavepointTest.class.getResource("/savepoints").toURI());
    try (var folders = Files.list(all)) {
      return folders.sorted().toList().stream();
    }
  }

  private static Configuration settings() {
    var settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    return settings;
  }

  private static SingleOutputStreamOperator<Scored> scores(StreamExecutionEnvironment environment,
      StreamModel model, double perSecond) {
    environment.setMaxParallelism(128);
    return BatchedScoring.of(model, Reading.FEATURES, Scored.RESULT).sorted(Duration.ZERO)
        .expireAfter(Duration.ofHours(1))
        .apply(REPLAY.stream(environment, perSecond).keyBy(Reading::device)).uid("scores");
  }

  private static StreamExecutionEnvironment restored(Path savepoint, String backend) {
    var settings = settings();
    settings.set(StateBackendOptions.STATE_BACKEND, backend);
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
    settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    return cluster.environment(settings, 2);
  }

  @ParameterizedTest
  @MethodSource("savepoints")
  void jobsGoOnFromTheSavepointsOfAllVersions(Path savepoint) throws Exception {
    var model = StreamModel.load(savepoint.resolve("model.safetensors"));
    var expected = REPLAY.scores(model);
    for (var backend : new String[] {"hashmap", "rocksdb"}) {
      var found = new ArrayList<Scored>();
      try (var all = scores(restored(savepoint, backend), model, 1e6).executeAndCollect()) {
        all.forEachRemaining(found::add);
      }
      Set<Long> ids = new HashSet<>();
      for (var score : found) {
        assertThat(Float.floatToRawIntBits(score.first())).isEqualTo(expected[(int) score.id()]);
        ids.add(score.id());
      }
      long first = ids.stream().mapToLong(id -> id).min().orElseThrow();
      assertThat(first).isBetween(500L, 2500L);
      assertThat(found).hasSameSizeAs(ids).hasSize((int) (REPLAY.events() - first));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void aModelOfOtherLayersIsRefused(String backend) throws Exception {
    var savepoint = savepoints().findFirst().orElseThrow();
    var other = Networks.lstm(4, 1);
    assertThatThrownBy(() -> {
      try (var all = scores(restored(savepoint, backend), other, 1e6).executeAndCollect()) {
        all.forEachRemaining(_ -> {});
      }
    }).hasStackTraceContaining("layer0.c has 4 numbers, not 5, layer0.h has 4 numbers, not 5");
  }

  @Test
  @EnabledIfSystemProperty(named = "unroll.savepoint", matches = ".+")
  void write() throws Exception {
    var folder = Files.createDirectories(Path.of(System.getProperty("unroll.savepoint")));
    var model = Networks.lstm(5, 1);
    var settings = settings();
    // All in one file, which can be moved.
    settings.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        Files.createTempDirectory("checkpoints").toUri().toString());
    var environment = cluster.environment(settings, 2);
    scores(environment, model, 1000).sinkTo(new DiscardingSink<>());
    var job = environment.executeAsync("savepoint").getJobID();
    while (cluster.cluster().getJobStatus(job).get() != JobStatus.RUNNING) {
      Thread.sleep(50);
    }
    Thread.sleep(1800);
    var written = Path.of(java.net.URI.create(cluster.cluster().stopWithSavepoint(job,
        folder.toUri().toString(), false, SavepointFormatType.CANONICAL).get()));
    Files.move(written.resolve("_metadata"), folder.resolve("_metadata"));
    Files.write(folder.resolve("model.safetensors"), model.toBytes());
    Files.delete(written);
  }
}
