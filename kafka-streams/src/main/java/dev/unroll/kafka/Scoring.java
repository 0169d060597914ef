package dev.unroll.kafka;

import dev.unroll.stream.BadEvent;
import dev.unroll.stream.BadEvents;
import dev.unroll.stream.Features;
import dev.unroll.stream.ModelChange;
import dev.unroll.stream.ModelSource;
import dev.unroll.stream.ScoreResult;
import dev.unroll.stream.StreamModel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/// Scores each event of a key with a recurrent model that has a state for each key.
///
/// ```java
/// events.processValues(Scoring.supplier(ModelSource.file("alarms.safetensors"), features, result)
///     .expireAfter(Duration.ofDays(7)))
///     .to("alarms");
/// ```
///
/// It adds its store to the topology, `unroll-states`, which maps keys to `KeyState`s and has a
/// changelog from which Kafka restores it. Under `exactly_once_v2` the state and the result of an
/// event belong to one transaction, so the results of every key are those of a run without
/// failures, bit for bit. The store can be queried like any other
/// (`QueryableStoreTypes.keyValueStore()`); its timestamps are the stream time at the key's last
/// event.
///
/// A result has the key, the time and the headers of its event. An event cannot be scored if it is
/// null, or if a feature is missing, not finite or not readable. By default it is skipped; see
/// [#badEvents] and [#badResult].
///
/// Immutable: each method returns a new value. All threads of an application share the model.
///
/// @param <E> the type of the events
/// @param <R> the type of the results
public final class Scoring<E, R> implements FixedKeyProcessorSupplier<Object, E, R> {
  /// The default name of the store.
  public static final String STORE = "unroll-states";

  private final ScoringSettings<E, R> settings;
  private final WatchedModel model;

  private Scoring(ScoringSettings<E, R> settings) {
    this.settings = settings;
    model = new WatchedModel(settings.source());
  }

  /// Scores with the model of a source.
  public static <E, R> Scoring<E, R> supplier(ModelSource source, Features<E> features,
      ScoreResult<E, R> result) {
    return new Scoring<>(ScoringSettings.of(source, features, result));
  }

  /// Scores with a model.
  public static <E, R> Scoring<E, R> supplier(StreamModel model, Features<E> features,
      ScoreResult<E, R> result) {
    return supplier(ModelSource.of(model), features, result);
  }

  /// Sets the serde of the keys in the store. Default: `default.key.serde` of the configuration.
  public Scoring<E, R> keys(Serde<?> keys) {
    return store(settings.store().withKeys(keys));
  }

  /// Sets the name of the store, for a topology that scores in several places. The topic of the
  /// changelog is named after it, so keep the name when the application changes.
  public Scoring<E, R> store(String name) {
    return store(settings.store().withName(name));
  }

  /// Keeps states in memory instead of RocksDB. This is faster if they fit, but all of them are
  /// restored from the changelog at each start.
  public Scoring<E, R> inMemory() {
    return store(settings.store().asInMemory());
  }

  /// Writes each state to the store and the changelog at once. By default, a cache
  /// (`statestore.cache.max.bytes`) merges the changes of a key until the next commit.
  public Scoring<E, R> withoutCaching() {
    return store(settings.store().withoutCaching());
  }

  /// Sets the configuration of the changelog's topic, such as `max.message.bytes`.
  public Scoring<E, R> changelog(Map<String, String> configuration) {
    return store(settings.store().withChangelog(configuration));
  }

  /// Lets the state of a key expire when the key had no event for longer than this, in stream time.
  /// Its next event starts from a new state. This is decided when that event comes, so it depends
  /// on no schedule. States without further events are deleted within twice the time, by a pass
  /// over the store once in each such period.
  ///
  /// @throws IllegalArgumentException if the time is not positive
  public Scoring<E, R> expireAfter(Duration idle) {
    return new Scoring<>(settings.withExpiry(idle));
  }

  /// Sets what happens to events that cannot be scored. Default: they are skipped.
  ///
  /// With [BadEvents#FAIL], a `DataException` that names the key, the feature, and the place of the
  /// event goes to Kafka's `processing.exception.handler`. The default handler stops the
  /// application. `LogAndContinueProcessingExceptionHandler` with
  /// `errors.dead.letter.queue.topic.name` sends the event to that topic as it came. The state of
  /// the key does not change.
  public Scoring<E, R> badEvents(BadEvents policy) {
    return new Scoring<>(settings.withPolicy(policy));
  }

  /// Makes a result of each event that cannot be scored, which `split()` can send elsewhere.
  public Scoring<E, R> badResult(Function<? super BadEvent<E>, ? extends R> result) {
    return new Scoring<>(settings.withBadResult(result));
  }

  /// Sets what happens to states of another layout, which another model has left. Default: they are
  /// refused.
  public Scoring<E, R> onModelChange(ModelChange change) {
    return new Scoring<>(settings.withChange(change));
  }

  /// Looks for a new model at the source once in this period, while the application runs. States
  /// are kept if the layout is the same, else [#onModelChange] decides. `EventScore.version` says
  /// which model gave a result.
  ///
  /// @throws IllegalArgumentException if the time is not positive
  public Scoring<E, R> reloadEvery(Duration period) {
    return new Scoring<>(settings.withReload(period));
  }

  private Scoring<E, R> store(StateStore store) {
    return new Scoring<>(settings.withStore(store));
  }

  /// Returns a processor for a task; called by Kafka.
  ///
  /// @throws java.io.UncheckedIOException if the model cannot be read
  @Override
  public FixedKeyProcessor<Object, E, R> get() {
    model.current();
    return new ScoringProcessor<>(settings, model);
  }

  /// Returns the store of the states; called by Kafka.
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(settings.store().builder());
  }
}
