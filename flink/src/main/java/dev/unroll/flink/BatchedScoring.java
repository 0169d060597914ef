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

/// Scores the events of a stream with a recurrent model that has a state for each key. The events
/// of many keys are scored in one call.
///
/// ```java
/// var scores = BatchedScoring
///     .of(model, Features.of(Event::features),
///         (event, score) -> new Scored(event.id(), score.value(0)))
///     .batch(256).maxWait(Duration.ofMillis(5))
///     .apply(events.keyBy(Event::device));
/// ```
///
/// Events are buffered. The buffer is scored when it holds `batch` events, when its first event has
/// waited `maxWait`, on each watermark, before each checkpoint, and at the end of the stream. So no
/// checkpoint ever misses a buffered event. The results of a key come in the order of its events
/// and have their timestamps. They are the same bits whatever else is in the batch.
///
/// Use [#apply] in place of `keyed.process`: this is an operator and not a function, since Flink
/// tells no function that a checkpoint is about to be taken. Events that cannot be scored go to the
/// side output [ScoringOutputs#badEvents]. An event without a timestamp gets the current time of
/// the machine.
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

  /// Scores with a model that is sent with the job.
  public static <E, R> BatchedScoring<E, R> of(StreamModel model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return of(ModelSource.of(model), features, result);
  }

  /// Scores with a model that each task manager loads once.
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

  /// Sets the largest number of events in a batch, from 1 to 65,536. Default: 256.
  public BatchedScoring<E, R> batch(int events) {
    return with(options.withBatch(events));
  }

  /// Sets the longest time that an event waits for others, by the clock of the machine. Default: 5
  /// ms.
  public BatchedScoring<E, R> maxWait(Duration wait) {
    return with(options.withMaxWait(wait));
  }

  /// Sets what happens to events that cannot be scored. Default: they go to a side output.
  public BatchedScoring<E, R> badEvents(BadEvents policy) {
    return with(options.withBadEvents(policy));
  }

  /// Lets the state of a key expire when the key had no event for this long, in event time. Its
  /// next event starts from a new state. The memory is freed by a timer once the watermark has
  /// passed.
  public BatchedScoring<E, R> expireAfter(Duration idle) {
    return with(options.withExpireAfter(idle));
  }

  /// Sorts the events of a key by time before they are scored. An event is held until the watermark
  /// reaches its time plus `lateness`; one that comes even later goes to the side output
  /// [ScoringOutputs#lateEvents]. Watermarks leave the operator later by `lateness`.
  public BatchedScoring<E, R> sorted(Duration lateness) {
    return with(options.withLateness(lateness));
  }

  /// Sets what happens to the states of keys when a model with other layers takes over, at the
  /// start from a savepoint or while the job runs. Each state is changed when its key has its next
  /// event. Default: a job does not start with the states of other layers, and refuses a model with
  /// other layers while it runs.
  public BatchedScoring<E, R> onModelChange(ModelChange change) {
    return with(options.withModelChange(change));
  }

  /// Replaces the model, in all tasks, by each one that comes by a stream. The states of the keys
  /// are kept. A model that cannot be read or does not fit is ignored and counted as
  /// `modelsRefused`. Each checkpoint contains the model in use; a job that is restarted with
  /// another model than before begins with that one.
  ///
  /// @param models of the type [ModelSourceType]
  public BatchedScoring<E, R> models(DataStream<ModelSource> models) {
    return new BatchedScoring<>(options, models, results);
  }

  /// Watches a model file, in each task, and takes the model when the file has changed, as if it
  /// had come by [#models].
  public BatchedScoring<E, R> watch(String file, Duration every) {
    return with(options.withWatch(file, every));
  }

  /// Sets the type of the results, where Flink cannot infer it from the function that makes them.
  public BatchedScoring<E, R> returning(TypeInformation<R> type) {
    return new BatchedScoring<>(options, models, type);
  }

  /// Sets the type of the results by its class.
  public BatchedScoring<E, R> returning(Class<R> type) {
    return returning(TypeInformation.of(type));
  }

  /// Returns the stream of the results.
  public SingleOutputStreamOperator<R> apply(KeyedStream<E, ?> events) {
    var type = events.getType();
    var result = results != null ? results : ResultType.of(options.result());
    var factory = new ScoringFactory<E, R>(options, type, models != null);
    return models == null ? events.transform("scoring", result, factory)
        : events.connect(models.broadcast()).transform("scoring", result, factory);
  }
}
