package dev.unroll.kafka;

import dev.unroll.stream.KeyState;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.jspecify.annotations.Nullable;

/// Which store the states of keys lie in. Its timestamps, which Kafka's changelog records have
/// anyway, are the stream time at a key's last event.
final class StateStore {
  String name;
  @Nullable
  Serde<?> keys;
  boolean inMemory;
  boolean caching = true;
  Map<String, String> changelog = Map.of();

  StateStore(String name) {
    this.name = name;
  }

  StoreBuilder<TimestampedKeyValueStore<Object, KeyState>> builder() {
    var builder = Stores.timestampedKeyValueStoreBuilder(
        inMemory ? Stores.inMemoryKeyValueStore(name)
            : Stores.persistentTimestampedKeyValueStore(name),
        keySerde(), new KeyStateSerde()).withLoggingEnabled(changelog);
    return caching ? builder.withCachingEnabled() : builder.withCachingDisabled();
  }

  /// Kafka takes null for the serde of the configuration. Whether it is the serde of the stream's
  /// keys, nothing but a `ClassCastException` can say.
  @SuppressWarnings("unchecked")
  private @Nullable Serde<Object> keySerde() {
    return (Serde<Object>) keys;
  }
}
