package dev.unroll.kafka;

import dev.unroll.layer.stepping.StateException;
import dev.unroll.stream.KeyState;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes a [KeyState] to a store, its changelog, and the answers of interactive queries as
/// [KeyState#toBytes] does: `4 n + 40` bytes for n floats, with a checksum.
///
/// Immutable; safe for use by several threads. Its deserializer throws a [StateException] for bytes
/// that are damaged or something else.
public final class KeyStateSerde implements Serde<KeyState> {
  /// Kafka makes serdes that stand in a configuration with this constructor.
  public KeyStateSerde() {}

  @Override
  public Serializer<KeyState> serializer() {
    return (_, state) -> bytes(state);
  }

  @Override
  public Deserializer<KeyState> deserializer() {
    return (_, bytes) -> state(bytes);
  }

  private static byte @Nullable [] bytes(@Nullable KeyState state) {
    return state == null ? null : state.toBytes();
  }

  private static @Nullable KeyState state(byte @Nullable [] bytes) {
    return bytes == null ? null : KeyState.fromBytes(bytes);
  }
}
