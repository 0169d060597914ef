package dev.unroll.flink;

import dev.unroll.flink.operator.ScoringFactory;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.jspecify.annotations.Nullable;

/// Scores the events of a stream by a recurrent model with a state for each key, the events of many
/// keys in one call.
///
/// ```java
/// var scores = BatchedScoring
///     .of(model, Features.of(Event::features),
///         (event, score) -> new Scored(event.id(), score.value(0)))
///     .batch(256).maxWait(Duration.ofMillis(5))
///     .apply(events.keyBy(Event::device));
/// ```
///
/// An event waits until there are `batch` of them, until the first has waited `maxWait`, until a
/// watermark, until a checkpoint, or until the stream ends, whichever comes first; so nothing that
/// waits is ever missing from a checkpoint. The results of a key come in the order of its events,
/// with their timestamps, and are the same bits whatever is scored beside them. Several events of a
/// key go one after another.
///
/// This is an operator of its own, as no function of Flink's can act before a checkpoint: `apply`
/// takes the place of `keyed.process`. Events that cannot be scored go to the side output
/// [ScoringOutputs#badEvents]. Events without a timestamp have the time of the machine.
///
/// Each method returns a new value. See `docs/streams.md`.
///
/// @param <E> the type of the events
/// @param <R> the type of the results
public final class BatchedScoring<E, R> {
  private final ScoringOptions<E, R> options;
  private final @Nullable DataStream<ModelSource> models;
  private final @Nullable TypeInformation<R> results;

  private BatchedScoring(ScoringOptions<E, R> options, @Nullable DataStream<ModelSource> models,
      @Nullable TypeInformation<R> results) {
    this.options = options;
    this.models = models;
    this.results = results;
  }

  /// Scoring by a model that travels with the job.
  public static <E, R> BatchedScoring<E, R> of(StreamModel model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return of(ModelSource.of(model), features, result);
  }

  /// Scoring by a model that each task manager loads, once.
  ///
  /// @param features reads the features of an event
  /// @param result makes the result of an event and its score
  public static <E, R> BatchedScoring<E, R> of(ModelSource model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return new BatchedScoring<>(ScoringOptions.of(model, features, result), null, null);
  }

  private BatchedScoring<E, R> with(ScoringOptions<E, R> changed) {
    return new BatchedScoring<>(changed, models, results);
  }

  /// The most events of a batch, 1 to 65,536: 256 unless set.
  public BatchedScoring<E, R> batch(int events) {
    return with(options.withBatch(events));
  }

  /// The longest that an event waits for others, by the clock of the machine: 5 ms unless set.
  public BatchedScoring<E, R> maxWait(Duration wait) {
    return with(options.withMaxWait(wait));
  }

  /// What becomes of events that cannot be scored: skipped, to a side output, unless set.
  public BatchedScoring<E, R> badEvents(BadEvents policy) {
    return with(options.withBadEvents(policy));
  }

  /// A key that had no event for so long, by the time of its events, begins anew, and its state is
  /// dropped when the watermark has passed.
  public BatchedScoring<E, R> expireAfter(Duration idle) {
    return with(options.withExpireAfter(idle));
  }

  /// Sorts the events of a key by their time before they reach its state: an event goes on when the
  /// watermark is its time and `lateness`. Those that come later still go to the side output
  /// [ScoringOutputs#lateEvents]. The watermark that goes on is held back as long.
  public BatchedScoring<E, R> sorted(Duration lateness) {
    return with(options.withLateness(lateness));
  }

  /// What becomes of the states of keys when a model of other layers takes over, be it at the start
  /// from a savepoint or while the job runs; each state when its key has its next event. Unless
  /// set, a job does not start with states of other layers, and keeps its model when such a one
  /// comes.
  public BatchedScoring<E, R> onModelChange(ModelChange change) {
    return with(options.withModelChange(change));
  }

  /// Takes each model of a stream in place of the one before, in all tasks, and keeps the states of
  /// the keys. One that cannot be read or may not take over changes nothing and counts as
  /// `modelsRefused`. The last one is in each checkpoint; a job that is started with another model
  /// than before begins with that one.
  ///
  /// @param models of the type [ModelSourceType]
  public BatchedScoring<E, R> models(DataStream<ModelSource> models) {
    return new BatchedScoring<>(options, models, results);
  }

  /// Looks at a model file, on each task manager, and takes the model in it when it has changed, as
  /// if it had come by [#models].
  public BatchedScoring<E, R> watch(String file, Duration every) {
    return with(options.withWatch(file, every));
  }

  /// The type of the results, where Flink cannot see it in the function that makes them.
  public BatchedScoring<E, R> returning(TypeInformation<R> type) {
    return new BatchedScoring<>(options, models, type);
  }

  /// The type of the results by its class.
  public BatchedScoring<E, R> returning(Class<R> type) {
    return returning(TypeInformation.of(type));
  }

  /// The stream of the results.
  public SingleOutputStreamOperator<R> apply(KeyedStream<E, ?> events) {
    var type = events.getType();
    var result = results != null ? results : ResultType.of(options.result());
    var factory = new ScoringFactory<E, R>(options, type, models != null);
    return models == null ? events.transform("scoring", result, factory)
        : events.connect(models.broadcast()).transform("scoring", result, factory);
  }
}
