package dev.unroll.kafka;

import dev.unroll.stream.KeyState;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.jspecify.annotations.Nullable;

/// The store of the states of keys. Its timestamps, which changelog records have anyway, are the
/// stream time at a key's last event.
///
/// @param keys null for the serde of the configuration
/// @param changelog the configuration of the changelog's topic
record StateStore(String name, @Nullable Serde<?> keys, boolean inMemory, boolean caching,
    Map<String, String> changelog) {

  /// A store on disk with a cache.
  static StateStore of(String name) {
    return new StateStore(name, null, false, true, Map.of());
  }

  StateStore withName(String other) {
    return new StateStore(other, keys, inMemory, caching, changelog);
  }

  StateStore withKeys(Serde<?> serde) {
    return new StateStore(name, serde, inMemory, caching, changelog);
  }

  StateStore asInMemory() {
    return new StateStore(name, keys, true, caching, changelog);
  }

  StateStore withoutCaching() {
    return new StateStore(name, keys, inMemory, false, changelog);
  }

  StateStore withChangelog(Map<String, String> configuration) {
    return new StateStore(name, keys, inMemory, caching, Map.copyOf(configuration));
  }

  StoreBuilder<TimestampedKeyValueStore<Object, KeyState>> builder() {
    var builder = Stores.timestampedKeyValueStoreBuilder(
        inMemory ? Stores.inMemoryKeyValueStore(name)
            : Stores.persistentTimestampedKeyValueStore(name),
        keySerde(), new KeyStateSerde()).withLoggingEnabled(changelog);
    return caching ? builder.withCachingEnabled() : builder.withCachingDisabled();
  }

  /// Null stands for the serde of the configuration. Whether it fits the keys of the stream is only
  /// seen when one is written: a `ClassCastException`.
  @SuppressWarnings("unchecked")
  private @Nullable Serde<Object> keySerde() {
    return (Serde<Object>) keys;
  }
}
