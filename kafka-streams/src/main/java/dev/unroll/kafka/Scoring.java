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

/// Scores each event of a key with what the model remembers of the events of this key before:
///
/// ```java
/// events.processValues(Scoring.supplier(ModelSource.file("alarms.safetensors"), features, result)
///     .expireAfter(Duration.ofDays(7)))
///     .to("alarms");
/// ```
///
/// It brings its store, `unroll-states`, from keys to their `KeyState`s, with a changelog from
/// which Kafka restores it: a state is stepped, kept and forwarded within the transaction of
/// `exactly_once_v2`, so that every key's results are those of one run without failures, bit for
/// bit. The store can be asked for a key's state like any other
/// (`QueryableStoreTypes.keyValueStore()`); its timestamps are the stream time at the key's last
/// event.
///
/// A result has the key, the time and the headers of its event. An event that cannot be scored, as
/// a feature is missing, not finite or not readable, or it is null, becomes what [#badEvents] says:
/// nothing (the default), a failure, or a result of its own ([#badResult]).
///
/// Immutable: each method returns a new value. All threads of an application share the model.
///
/// @param <E> the type of the events
/// @param <R> the type of the results
public final class Scoring<E, R> implements FixedKeyProcessorSupplier<Object, E, R> {
  /// The name of the store, unless [#store] gives another.
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

  /// The serde of the keys in the store; that of the configuration (`default.key.serde`) otherwise.
  public Scoring<E, R> keys(Serde<?> keys) {
    return store(settings.store().withKeys(keys));
  }

  /// The name of the store, for a topology that scores in several places. The changelog's topic is
  /// called after it, so it stays when the application changes.
  public Scoring<E, R> store(String name) {
    return store(settings.store().withName(name));
  }

  /// Keeps states in memory instead of RocksDB: faster where they fit, and restored as a whole from
  /// the changelog at each start.
  public Scoring<E, R> inMemory() {
    return store(settings.store().asInMemory());
  }

  /// Writes each state to store and changelog at once. Otherwise a cache
  /// (`statestore.cache.max.bytes`) merges the changes of a key until the next commit.
  public Scoring<E, R> withoutCaching() {
    return store(settings.store().withoutCaching());
  }

  /// The configuration of the changelog's topic, such as `max.message.bytes`.
  public Scoring<E, R> changelog(Map<String, String> configuration) {
    return store(settings.store().withChangelog(configuration));
  }

  /// Forgets a key that has had no event for more than this stream time: its next event begins
  /// anew. That is decided at the event, so it depends on no schedule; states that no event comes
  /// for are deleted within twice the time, by a pass over the store each such period.
  ///
  /// @throws IllegalArgumentException if the time is not positive
  public Scoring<E, R> expireAfter(Duration idle) {
    return new Scoring<>(settings.withExpiry(idle));
  }

  /// What becomes of events that cannot be scored.
  ///
  /// With [BadEvents#FAIL] a `DataException` names key, feature and place. Kafka's
  /// `processing.exception.handler` takes it: the default stops the application, and
  /// `LogAndContinueProcessingExceptionHandler` with `errors.dead.letter.queue.topic.name` puts the
  /// event into that topic as it came. The state of the key stays as it was before.
  public Scoring<E, R> badEvents(BadEvents policy) {
    return new Scoring<>(settings.withPolicy(policy));
  }

  /// Gives events that cannot be scored a result of their own, which `split()` can send elsewhere.
  public Scoring<E, R> badResult(Function<? super BadEvent<E>, ? extends R> result) {
    return new Scoring<>(settings.withBadResult(result));
  }

  /// What becomes of states that another model with another layout has left.
  public Scoring<E, R> onModelChange(ModelChange change) {
    return new Scoring<>(settings.withChange(change));
  }

  /// Looks so often for a new model at the source, while the application runs. States are kept if
  /// the layout is the same, else [#onModelChange] decides. `EventScore.version` says which model
  /// gave a result.
  ///
  /// @throws IllegalArgumentException if the time is not positive
  public Scoring<E, R> reloadEvery(Duration period) {
    return new Scoring<>(settings.withReload(period));
  }

  private Scoring<E, R> store(StateStore store) {
    return new Scoring<>(settings.withStore(store));
  }

  /// A processor for a task; Kafka asks for it.
  ///
  /// @throws java.io.UncheckedIOException if the model cannot be read
  @Override
  public FixedKeyProcessor<Object, E, R> get() {
    model.current();
    return new ScoringProcessor<>(settings, model);
  }

  /// The store of the states; Kafka asks for it.
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(settings.store().builder());
  }
}
