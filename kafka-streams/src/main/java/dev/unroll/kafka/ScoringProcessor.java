package dev.unroll.kafka;

import dev.unroll.data.DataException;
import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.EventBatch;
import dev.unroll.stream.KeyState;
import dev.unroll.stream.StreamModel;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/// Scores the events of a task one after another: reads the state from the store, steps it, writes
/// it back, and forwards the result.
///
/// Nothing is buffered between events, and Kafka commits between two events, so a commit contains
/// all of each event.
@SuppressWarnings("NullAway.Init") // Kafka calls init first
final class ScoringProcessor<E, R> implements FixedKeyProcessor<Object, E, R> {
  private final ScoringSettings<E, R> settings;
  private final WatchedModel model;
  private FixedKeyProcessorContext<Object, R> context;
  private TimestampedKeyValueStore<Object, KeyState> store;
  private EventBatch<E> batch;
  private BadEventCount bad;

  ScoringProcessor(ScoringSettings<E, R> settings, WatchedModel model) {
    this.settings = settings;
    this.model = model;
  }

  @Override
  public void init(FixedKeyProcessorContext<Object, R> context) {
    this.context = context;
    store = context.getStateStore(settings.store().name());
    bad = new BadEventCount(context, settings.store().name());
    use(model.current());
    var expiry = settings.expiry();
    if (expiry != null) {
      context.schedule(expiry, PunctuationType.STREAM_TIME, this::expire);
    }
    var period = settings.reload();
    if (period != null) {
      context.schedule(period, PunctuationType.WALL_CLOCK_TIME,
          now -> use(model.look(now, period, settings.change())));
    }
  }

  private void use(StreamModel next) {
    if (batch == null || !batch.model().equals(next)) {
      batch = new EventBatch<>(next, settings.features(), settings.policy(), 1);
    }
  }

  @Override
  public void process(FixedKeyRecord<Object, E> record) {
    var key = record.key();
    var event = record.value();
    if (key == null || event == null) {
      refuse(record, key == null ? "the event has no key" : "the event is null");
      return;
    }
    var state = state(key);
    try {
      var why = batch.add(event, record.timestamp(), state);
      if (why != null) {
        refuse(record, why);
        return;
      }
      batch.score();
      var result = settings.result().of(event, batch.score(0));
      store.put(key, ValueAndTimestamp.make(state, context.currentStreamTimeMs()));
      context.forward(record.withValue(result));
    } finally {
      batch.clear();
    }
  }

  private KeyState state(Object key) {
    var kept = store.get(key);
    var state = kept == null || isExpired(kept.timestamp(), context.currentStreamTimeMs()) ? null
        : kept.value();
    try {
      return settings.change().fit(state, batch.model());
    } catch (StateException e) {
      throw new StateException("key %s: %s".formatted(BadEvent.excerpt(key), e.getMessage()));
    }
  }

  private void refuse(FixedKeyRecord<Object, E> record, String why) {
    var event = BadEvent.of(record.key(), record.timestamp(), record.value(), why);
    if (settings.policy() == BadEvents.FAIL) {
      throw new DataException("an event of key %s %s cannot be scored: %s".formatted(event.key(),
          bad.place(), why));
    }
    bad.count(event);
    var badResult = settings.badResult();
    if (badResult != null) {
      context.forward(record.withValue(badResult.apply(event)));
    }
  }

  private boolean isExpired(long lastEvent, long now) {
    var expiry = settings.expiry();
    return expiry != null && now - lastEvent > expiry.toMillis();
  }

  /// Deletes states that have expired. Results do not depend on it, as [#state] ignores such
  /// states.
  private void expire(long now) {
    try (var all = store.all()) {
      while (all.hasNext()) {
        var next = all.next();
        if (isExpired(next.value.timestamp(), now)) {
          store.delete(next.key);
        }
      }
    }
  }

  @Override
  public void close() {
    bad.close();
  }
}
