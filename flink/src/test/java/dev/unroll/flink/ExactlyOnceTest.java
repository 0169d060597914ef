package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.stream.StreamModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.serialization.SimpleStringEncoder;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.functions.sink.filesystem.rollingpolicies.OnCheckpointRollingPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A job whose task managers are killed at random moments and whose parallelism changes by
/// savepoints gives each score once, with the bits of one thread that nobody interrupts. The sink
/// is transactional: Flink's files, which a checkpoint commits.
class ExactlyOnceTest {
  private static final int[] PARALLELISM = {2, 4, 1};

  @TempDir
  private Path folder;

  @Test
  void someEvents() throws Exception {
    killed(new Replay(12_000, 500), 4000, 3, 800);
  }

  @Test
  @Tag("streams")
  void twoMillionEventsOfFiftyThousandKeysWithTwentyKills() throws Exception {
    killed(new Replay(2_000_000, 50_000), 20_000, 20, 5000);
  }

  private void killed(Replay replay, double perSecond, int kills, int longest) throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed of the kills: " + seed);
    var random = new Random(seed);
    var model = Networks.lstm(16, 1);
    String savepoint = null;
    int killed = 0;
    try (var cluster = new Cluster(2)) {
      for (int phase = 0; phase < PARALLELISM.length; phase++) {
        var job = start(cluster, replay, model, perSecond, PARALLELISM[phase], savepoint);
        boolean isLast = phase == PARALLELISM.length - 1;
        for (int end = kills * (phase + 1) / PARALLELISM.length; killed < end; killed++) {
          awaitRunning(cluster, job.getJobID());
          Thread.sleep(random.nextInt(100, longest));
          assertThat(job.getJobStatus().get().isTerminalState()).as("too late to kill").isFalse();
          cluster.kill(random.nextInt(2));
        }
        if (isLast) {
          job.getJobExecutionResult().get(20, TimeUnit.MINUTES);
        } else {
          savepoint = stopped(cluster, job.getJobID());
        }
      }
    }
    assertThat(killed).isEqualTo(kills);
    assertThat(found(Math.toIntExact(replay.events()))).isEqualTo(replay.scores(model));
  }

  private JobClient start(Cluster cluster, Replay replay, StreamModel model, double perSecond,
      int parallelism, @Nullable String savepoint) throws Exception {
    var settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.resolve("checkpoints")
        .toUri().toString());
    settings.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
        Duration.ofMillis(100));
    if (savepoint != null) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    var environment = cluster.environment(settings, parallelism);
    environment.setMaxParallelism(128);
    var scores = BatchedScoring.of(model, Reading.FEATURES, (reading, score) -> reading.id() + " "
        + Integer.toHexString(Float.floatToRawIntBits(score.value(0))))
        .apply(replay.stream(environment, perSecond).keyBy(Reading::device)).uid("scores");
    scores.sinkTo(FileSink
        .forRowFormat(new org.apache.flink.core.fs.Path(folder.resolve("scores").toUri()),
            new SimpleStringEncoder<String>())
        .withRollingPolicy(OnCheckpointRollingPolicy.build()).build()).uid("files");
    return environment.executeAsync("exactly once");
  }

  private static void awaitRunning(Cluster cluster, JobID job) throws Exception {
    while (cluster.cluster().getExecutionGraph(job).get().getState() != JobStatus.RUNNING) {
      Thread.sleep(20);
    }
  }

  /// Stops a job with a savepoint, as soon as no task manager is missing.
  private String stopped(Cluster cluster, JobID job) throws Exception {
    while (true) {
      awaitRunning(cluster, job);
      try {
        return cluster.cluster().stopWithSavepoint(job, folder.resolve("savepoints").toUri()
            .toString(), false, SavepointFormatType.CANONICAL).get();
      } catch (ExecutionException e) {
        Thread.sleep(100);
      }
    }
  }

  /// The bits of the score of each event, from all files that were committed.
  private int[] found(int events) throws IOException {
    var bits = new int[events];
    var times = new int[events];
    try (var files = Files.walk(folder.resolve("scores"))) {
      for (var file : files.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
        for (var line : Files.readAllLines(file)) {
          int space = line.indexOf(' ');
          int id = Integer.parseInt(line, 0, space, 10);
          bits[id] = Integer.parseUnsignedInt(line, space + 1, line.length(), 16);
          times[id]++;
        }
      }
    }
    assertThat(Arrays.stream(times).filter(n -> n == 0).count()).as("events without a score")
        .isZero();
    assertThat(Arrays.stream(times).filter(n -> n > 1).count()).as("events scored twice").isZero();
    return bits;
  }
}
