package dev.unroll.flink;

import dev.unroll.flink.operator.Expiry;
import dev.unroll.flink.operator.KeyedModel;
import dev.unroll.flink.operator.ModelUpdates;
import dev.unroll.flink.operator.ScoringMetrics;
import dev.unroll.flink.operator.ScoringOptions;
import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.api.java.typeutils.TypeExtractor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/// Scores the events of a stream with a recurrent model that has a state for each key, one event at
/// a time. This is the simplest way and adds no latency.
///
/// ```java
/// var scores = events.keyBy(Event::device)
///     .process(Scoring.of(model, Features.of(Event::features), (event, score) -> score.value(0)));
/// ```
///
/// [BatchedScoring] gives the same bits and scores more events a second. It can also take models
/// from a stream, for which this function has no input, and sort events by time. Both keep the same
/// state: a job can change from one to the other with a savepoint if the `uid` stays the same.
///
/// Each method returns a new value. If another method follows `of`, Java cannot infer the types;
/// write them out: `Scoring.<String, Event, Float>of(…).expireAfter(…)`.
///
/// @param <K> the type of the keys
/// @param <E> the type of the events
/// @param <R> the type of the results
@SuppressWarnings("NullAway.Init") // Flink opens it before anything else
public final class Scoring<K, E, R> extends KeyedProcessFunction<K, E, R>
    implements CheckpointedFunction, ResultTypeQueryable<R> {
  private static final long serialVersionUID = 1;

  private final ScoringOptions<E, R> options;
  private final @Nullable TypeInformation<R> results;
  private final Expiry expiry;
  private transient ModelUpdates<E> updates;
  private transient KeyedModel<E> keyed;
  private transient ValueState<KeyState> states;
  private transient @Nullable OutputTag<BadEvent<E>> badEvents;
  private transient ScoringMetrics measured;

  private Scoring(ScoringOptions<E, R> options, @Nullable TypeInformation<R> results) {
    this.options = options;
    this.results = results;
    expiry = new Expiry(options.expireAfter());
  }

  /// Scores with a model that is sent with the job.
  public static <K, E, R> Scoring<K, E, R> of(StreamModel model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return of(ModelSource.of(model), features, result);
  }

  /// Scores with a model that each task manager loads once.
  public static <K, E, R> Scoring<K, E, R> of(ModelSource model, Features<? super E> features,
      ScoreResult<? super E, R> result) {
    return new Scoring<>(ScoringOptions.of(model, features, result), null);
  }

  /// Sets what happens to events that cannot be scored. Default: they go to the side output
  /// [ScoringOutputs#badEvents].
  public Scoring<K, E, R> badEvents(BadEvents policy) {
    return new Scoring<>(options.withBadEvents(policy), results);
  }

  /// Lets the state of a key expire when the key had no event for this long, in event time. Its
  /// next event starts from a new state. The memory is freed by a timer once the watermark has
  /// passed.
  public Scoring<K, E, R> expireAfter(Duration idle) {
    return new Scoring<>(options.withExpireAfter(idle), results);
  }

  /// Sets what happens to the states of keys when a model with other layers takes over, at the
  /// start from a savepoint or by [#watch]. Default: such a model is refused.
  public Scoring<K, E, R> onModelChange(ModelChange change) {
    return new Scoring<>(options.withModelChange(change), results);
  }

  /// Watches a model file, and takes the model when the file has changed. A task looks at the file
  /// when an event comes, at most once in this time. A model that cannot be read or does not fit is
  /// ignored and counted as `modelsRefused`. Each checkpoint contains the model in use.
  public Scoring<K, E, R> watch(String file, Duration every) {
    return new Scoring<>(options.withWatch(file, every), results);
  }

  /// Sets the type of the results, where Flink cannot infer it from the function that makes them.
  public Scoring<K, E, R> returning(TypeInformation<R> type) {
    return new Scoring<>(options, type);
  }

  @Override
  public TypeInformation<R> getProducedType() {
    return results != null ? results : ResultType.of(options.result());
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    updates = new ModelUpdates<>(options, context.getOperatorStateStore());
    keyed = new KeyedModel<>(options, updates.begin(), 1);
    states = context.getKeyedStateStore().getState(keyed.states());
    measured = new ScoringMetrics(getRuntimeContext().getMetricGroup(),
        () -> keyed.model().version());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    updates.keep(keyed.model(), getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
  }

  @Override
  public void processElement(E event, Context context, Collector<R> out) throws Exception {
    if (updates.isWatching()) {
      updates.look(context.timerService().currentProcessingTime(), keyed, measured,
          getRuntimeContext().getTaskInfo().getTaskName());
    }
    var stamp = context.timestamp();
    // A source without timestamps marks its events with the smallest.
    long time =
        stamp == null || stamp == Long.MIN_VALUE ? context.timerService().currentProcessingTime()
            : stamp;
    var state = keyed.fit(states.value());
    boolean needsTimer = expiry.needsTimer(state, time);
    if (expiry.isOver(state, time)) {
      state = keyed.model().initial();
    }
    var batch = keyed.events();
    var why = batch.add(event, time, state);
    if (why != null) {
      skip(options.refused(context.getCurrentKey(), time, event, why), context);
      return;
    }
    batch.score();
    out.collect(options.result().of(event, batch.score(0)));
    batch.clear();
    states.update(state);
    if (needsTimer) {
      context.timerService().registerEventTimeTimer(expiry.timer(time));
    }
  }

  private void skip(BadEvent<E> bad, Context context) {
    measured.badEvent();
    if (badEvents == null) {
      badEvents = ScoringOutputs.badEvents(type(bad.event()));
    }
    context.output(badEvents, bad);
  }

  /// A type for the tag of the side output. Events are written by the serializer of the tag that
  /// reads them, so any type will do where Flink cannot infer it, as from an event with null
  /// fields.
  private static <E> TypeInformation<E> type(E event) {
    try {
      return TypeExtractor.getForObject(event);
    } catch (InvalidTypesException e) {
      @SuppressWarnings("unchecked")
      var any = (TypeInformation<E>) (TypeInformation<?>) Types.VOID;
      return any;
    }
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<R> out) throws Exception {
    var state = states.value();
    if (!expiry.isOn() || state == null) { // set by a job that let keys expire
      return;
    }
    long end = expiry.end(state.time());
    if (end <= time) {
      states.clear();
    } else {
      context.timerService().registerEventTimeTimer(expiry.timer(state.time()));
    }
  }
}
