package dev.unroll.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A job that fails goes on from its last checkpoint with the bits of one that does not, on every
/// back end.
class FailedJobTest {
  private static final StreamModel MODEL = Networks.lstm(5, 1);
  private static final List<Reading> READINGS = Reading.some(3000, 100, 3);

  /// Fails once, after two checkpoints. Static, as each attempt has a function of its own.
  private static final AtomicBoolean HAS_FAILED = new AtomicBoolean();

  /// Behind the log of changes, states that were changed in place were as they had been first.
  @ParameterizedTest
  @CsvSource({"hashmap, false", "hashmap, true", "rocksdb, false", "rocksdb, true"})
  void goesOnFromItsCheckpoint(String backend, boolean isLogged) throws Exception {
    for (boolean isBatched : new boolean[] {true, false}) {
      HAS_FAILED.set(false);
      try (var cluster = new Cluster(1)) {
        var keyed = readings(cluster, backend, isLogged).keyBy(Reading::device);
        DataStream<Scored> scores = isBatched
            ? BatchedScoring.of(MODEL, Reading.FEATURES, Scored.RESULT).batch(32).apply(keyed)
            : keyed.process(Scoring.of(MODEL, Reading.FEATURES, Scored.RESULT));
        var found = new ArrayList<Scored>();
        try (var all = scores.map(new FailsOnce()).executeAndCollect()) {
          all.forEachRemaining(found::add);
        }
        found.sort(Comparator.comparingLong(Scored::id));
        assertThat(HAS_FAILED).isTrue();
        assertThat(found).isEqualTo(Networks.scores(MODEL, Reading.FEATURES, READINGS));
      }
    }
  }

  private static DataStream<Reading> readings(Cluster cluster, String backend, boolean isLogged) {
    var settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(StateBackendOptions.STATE_BACKEND, backend);
    settings.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, isLogged);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
    settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    var environment = cluster.environment(settings, 2);
    environment.enableCheckpointing(50);
    var source = new DataGeneratorSource<>(i -> READINGS.get(i.intValue()), READINGS.size(),
        FailedJobTest::pace, Harness.READINGS);
    return environment.fromSource(source, WatermarkStrategy
        .<Reading>forMonotonousTimestamps().withTimestampAssigner((r, _) -> r.time()), "readings")
        .setParallelism(1);
  }

  @SuppressWarnings("unchecked") // Flink's own strategies have raw types
  private static RateLimiter<NumberSequenceSplit> pace(int parallelism) {
    return new SlowAtTheEnd<>((RateLimiter<NumberSequenceSplit>) RateLimiterStrategy
        .perSecond(3000).createRateLimiter(parallelism));
  }

  /// On a busy machine all events would have passed before the second checkpoint is complete: the
  /// last ones wait some milliseconds each, until the job has failed.
  private static final class SlowAtTheEnd<S extends SourceSplit> implements RateLimiter<S> {
    private static final int FAST = 2500;

    private final RateLimiter<S> pace;
    private int events;

    SlowAtTheEnd(RateLimiter<S> pace) {
      this.pace = pace;
    }

    @Override
    public CompletionStage<Void> acquire(int count) {
      events += count;
      var paced = pace.acquire(count);
      return events < FAST || HAS_FAILED.get() ? paced
          : paced.thenRunAsync(() -> LockSupport.parkNanos(10_000_000));
    }
  }

  private static final class FailsOnce implements MapFunction<Scored, Scored>, CheckpointListener {
    private static final long serialVersionUID = 1;

    private int checkpoints;

    @Override
    public Scored map(Scored score) {
      if (checkpoints > 1 && HAS_FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("fails once");
      }
      return score;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
      checkpoints++;
    }
  }
}
