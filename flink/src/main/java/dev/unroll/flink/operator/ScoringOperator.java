package dev.unroll.flink.operator;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.DataException;
import dev.unroll.stream.BadEvent;
import dev.unroll.stream.KeyState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.sorted.state.BatchExecutionKeyedStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/// Scores events of many keys together. It buffers them on the heap, and flushes the buffer when it
/// is full, when its first event has waited long enough, on each watermark, before the barrier of a
/// checkpoint, and at the end. So the buffer is empty whenever a checkpoint is taken.
@SuppressWarnings("NullAway.Init") // Flink initializes and opens it before anything else
abstract class ScoringOperator<K, E, R> extends AbstractStreamOperator<R>
    implements Triggerable<K, VoidNamespace> {
  private static final long serialVersionUID = 1;

  private final ScoringOptions<E, R> options;
  private final TypeInformation<E> events;
  private final Expiry expiry;

  private transient ModelUpdates<E> updates;
  private transient KeyedModel<E> keyed;
  private transient ValueState<KeyState> states;
  private transient EventBuffer buffer;
  private transient EventRounds<E, R> rounds;
  private transient FlushTimer flushTimer;
  private transient @Nullable SortedEvents<E> sorted;
  private transient @Nullable TypeSerializer<E> copier;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient OutputTag<E> lateEvents;
  private transient ScoringMetrics measured;

  /// Whether the back end returns the stored state itself and not a copy. It copies what a running
  /// checkpoint still needs.
  private transient boolean isInPlace;

  /// Whether events come sorted by key, as in a bounded job. Then a key that is done has no state
  /// any more.
  private transient boolean isByKey;
  private transient boolean isRestored;

  @SuppressWarnings("this-escape") // as Flink's own operators do
  ScoringOperator(StreamOperatorParameters<R> parameters, ScoringOptions<E, R> options,
      TypeInformation<E> events) {
    super(parameters);
    this.options = options;
    this.events = events;
    expiry = new Expiry(options.expireAfter());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    updates = new ModelUpdates<>(options, context.getOperatorStateStore());
    keyed = new KeyedModel<>(options, updates.begin(), options.batch());
    measured = new ScoringMetrics(getMetricGroup(), () -> keyed.model().version());
    states = context.getKeyedStateStore().getState(keyed.states());
    isRestored = context.isRestored();
    if (options.lateness() >= 0) {
      sorted = new SortedEvents<>(context.getKeyedStateStore(), events);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    buffer = new EventBuffer(options.batch());
    rounds = new EventRounds<>(options, expiry, keyed, buffer, output, events, measured);
    flushTimer = new FlushTimer(getProcessingTimeService(), options.maxWait(), this::flush);
    KeyedStateBackend<?> backend = getKeyedStateBackend();
    isInPlace = backend instanceof HeapKeyedStateBackend;
    isByKey = backend instanceof BatchExecutionKeyedStateBackend;
    if (isByKey) {
      sorted = null; // a bounded job brings the events of a key in the order of time
    }
    timers = getInternalTimerService(Expiry.TIMERS, VoidNamespaceSerializer.INSTANCE, this);
    if (isRestored) {
      getInternalTimerService(Expiry.FIRST_TIMERS, VoidNamespaceSerializer.INSTANCE, first());
    }
    if (sorted != null && isRestored) {
      // The job may have another lateness than the one before, whose timers come at other times.
      sorted.forEachTime(backend, time -> timers
          .registerEventTimeTimer(VoidNamespace.INSTANCE, released(time)));
    }
    lateEvents = SortedEvents.late(events);
    // What comes over the network is always new.
    copier = getExecutionConfig().isObjectReuseEnabled() && !getOperatorConfig().isChainStart()
        ? events.createSerializer(getExecutionConfig().getSerializerConfig())
        : null;
    if (options.watched() != null) {
      watch(0);
    }
  }

  /// Takes an event of the current key.
  final void accept(StreamRecord<E> record) throws Exception {
    // A source without timestamps marks its events with the smallest.
    boolean isStamped = record.hasTimestamp() && record.getTimestamp() != Long.MIN_VALUE;
    long time = isStamped ? record.getTimestamp()
        : getProcessingTimeService().getCurrentProcessingTime();
    var event = copier == null ? record.getValue() : copier.copy(record.getValue());
    if (sorted == null) {
      buffer(event, time, isStamped);
    } else if (!isStamped) {
      throw new DataException("an event of the key %s has no time, so it cannot be sorted; assign "
          .formatted(BadEvent.excerpt(getCurrentKey()))
          + "timestamps and watermarks, or leave out sorted");
    } else if (released(time) <= timers.currentWatermark()) {
      measured.lateEvent();
      output.collect(lateEvents, new StreamRecord<>(event, time));
    } else {
      sorted.hold(event, time);
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, released(time));
    }
  }

  /// The watermark at which an event of this time goes on.
  private long released(long time) {
    return time > Long.MAX_VALUE - options.lateness() ? Long.MAX_VALUE : time + options.lateness();
  }

  private void buffer(E event, long time, boolean isStamped) throws Exception {
    var key = requireNonNull(getCurrentKey());
    int slot = buffer.slot(key);
    if (slot == buffer.slots()) {
      buffer.open(key);
      if (isByKey) {
        buffer.bring(slot, states.value());
        fit(slot);
      }
    }
    buffer.add(slot, event, time, isStamped);
    if (buffer.size() == 1) {
      flushTimer.begin();
    }
    if (buffer.isFull()) {
      flush();
      setCurrentKey(key);
    }
  }

  /// Looks up the states of all keys in the buffer, and only then reads what is in them. In this
  /// order the processor waits for many cache misses at once, not for one after another.
  private void bring() throws Exception {
    int n = buffer.slots();
    for (int slot = 0; slot < n; slot++) {
      setCurrentKey(buffer.key(slot));
      buffer.bring(slot, states.value());
    }
    for (int slot = 0; slot < n; slot++) {
      fit(slot);
      long time = buffer.time(buffer.first(slot));
      if (expiry.needsTimer(buffer.state(slot), time) && !buffer.isChanged(slot)) {
        setCurrentKey(buffer.key(slot));
        expireAt(expiry.timer(time));
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether another object has taken its place
  private void fit(int slot) {
    var stored = buffer.brought(slot);
    var state = keyed.fit(stored);
    if (state != stored) {
      buffer.replace(slot, state);
    }
  }

  /// Scores what is buffered, and stores the states.
  final void flush() throws Exception {
    int events = buffer.size();
    if (events > 0) {
      if (!isByKey) {
        bring();
      }
      rounds.score();
      store();
      buffer.clear();
      measured.batch(events, flushTimer.end());
    }
  }

  /// Stores the states that the back end does not have yet. A key of bad events alone gets no
  /// state.
  private void store() throws Exception {
    if (isByKey) {
      int slot = buffer.slot(requireNonNull(getCurrentKey()));
      if (slot < buffer.slots() && buffer.state(slot).events() > 0) {
        states.update(buffer.state(slot));
      }
      return; // and no timer: a key that is left comes never again
    }
    for (int slot = 0; slot < buffer.slots(); slot++) {
      var state = buffer.state(slot);
      if ((buffer.isChanged(slot) || !isInPlace) && state.events() > 0) {
        setCurrentKey(buffer.key(slot));
        states.update(state);
        if (expiry.isOn() && buffer.isChanged(slot)) {
          expireAt(expiry.timer(state.time()));
        }
      }
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush();
    var services = getTimeServiceManager();
    if (services.isPresent()) {
      services.get().advanceWatermark(mark);
      flush();
    }
    long time = mark.getTimestamp();
    long held = Math.max(0, options.lateness());
    output.emitWatermark(held == 0 || time == Long.MAX_VALUE || time < Long.MIN_VALUE + held ? mark
        : new Watermark(time - held));
  }

  private void expireAt(long end) {
    timers.registerEventTimeTimer(VoidNamespace.INSTANCE,
        sorted == null ? end : released(end));
  }

  /// Replaces each timer of a savepoint of the first format by one of the current name.
  private Triggerable<K, VoidNamespace> first() {
    return new Triggerable<>() {
      @Override
      public void onEventTime(InternalTimer<K, VoidNamespace> timer) throws Exception {
        var state = states.value();
        if (expiry.isOn() && state != null) {
          expireAt(expiry.timer(state.time()));
        }
      }

      @Override
      public void onProcessingTime(InternalTimer<K, VoidNamespace> timer) {
        ScoringOperator.this.onProcessingTime(timer);
      }
    };
  }

  /// Releases the events that were held until this time, and drops the state of the key if it has
  /// expired.
  @Override
  public void onEventTime(InternalTimer<K, VoidNamespace> timer) throws Exception {
    long time = timer.getTimestamp() - Math.max(0, options.lateness());
    if (sorted != null) {
      var held = sorted.take(time);
      for (var event : held) {
        buffer(event, time, true);
      }
    }
    if (!expiry.isOn()) {
      return;
    }
    if (buffer.slot(timer.getKey()) < buffer.slots()) {
      flush();
      setCurrentKey(timer.getKey());
    }
    var state = states.value();
    if (state != null) {
      long end = expiry.end(state.time());
      if (end <= time) {
        states.clear();
      } else {
        expireAt(expiry.timer(state.time()));
      }
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<K, VoidNamespace> timer) {
    throw new IllegalStateException("keys have no timers in processing time");
  }

  /// Takes another model, if there is one. Events that came before it are scored by the old one.
  final void update(ModelUpdates.Loading loading) throws Exception {
    flush();
    updates.take(loading, keyed, measured, getOperatorName());
  }

  private void watch(long time) throws Exception {
    flush();
    updates.look(keyed, measured, getOperatorName());
    var clock = getProcessingTimeService();
    var _ = clock.registerTimer(clock.getCurrentProcessingTime() + options.watchEvery(),
        this::watch);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    flush();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    updates.keep(keyed.model(), getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
  }

  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }
}
