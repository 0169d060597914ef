package dev.unroll.kafka;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes n floats as `4 n` bytes, little-endian, bit for bit: features, or the numbers of a score
/// (`EventScore.toArray`).
///
/// Immutable; safe for use by several threads.
public final class FloatsSerde implements Serde<float[]> {
  /// Kafka makes serdes that stand in a configuration with this constructor.
  public FloatsSerde() {}

  @Override
  public Serializer<float[]> serializer() {
    return (_, values) -> bytes(values);
  }

  @Override
  public Deserializer<float[]> deserializer() {
    return FloatsSerde::floats;
  }

  private static byte @Nullable [] bytes(float @Nullable [] values) {
    if (values == null) {
      return null;
    }
    var buffer = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static float @Nullable [] floats(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    if (bytes.length % Float.BYTES != 0) {
      throw new SerializationException(
          "a value of topic %s has %d bytes, expected floats of 4 bytes; read it with its serde"
              .formatted(topic, bytes.length));
    }
    var values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
