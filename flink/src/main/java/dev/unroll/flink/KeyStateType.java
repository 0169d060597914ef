package dev.unroll.flink;

import dev.unroll.stream.KeyState;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/// The type of the states of keys, which Flink does not have to guess.
final class KeyStateType extends PlainType<KeyState> {
  private static final long serialVersionUID = 1;

  private final transient KeyStateSerializer serializer;

  KeyStateType(KeyStateSerializer serializer) {
    super(KeyState.class);
    this.serializer = serializer;
  }

  @Override
  public TypeSerializer<KeyState> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyStateType;
  }

  @Override
  public int hashCode() {
    return KeyStateType.class.hashCode();
  }
}
