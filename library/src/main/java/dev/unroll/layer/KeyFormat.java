package dev.unroll.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// How keys are written in a snapshot of [KeyedStates].
///
/// @param <K> the type of the keys
public interface KeyFormat<K> {
  /// Strings as UTF-8.
  KeyFormat<String> STRING = new KeyFormat<>() {
    @Override
    public byte[] toBytes(String key) {
      return key.getBytes(UTF_8);
    }

    @Override
    public String fromBytes(byte[] bytes) {
      try {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("a key is not UTF-8", e);
      }
    }
  };

  /// Numbers in eight bytes.
  KeyFormat<Long> LONG = new KeyFormat<>() {
    @Override
    public byte[] toBytes(Long key) {
      return ByteBuffer.allocate(Long.BYTES).putLong(key).array();
    }

    @Override
    public Long fromBytes(byte[] bytes) {
      if (bytes.length != Long.BYTES) {
        throw new IllegalArgumentException(
            "a key has %d bytes, expected %d".formatted(bytes.length, Long.BYTES));
      }
      return ByteBuffer.wrap(bytes).getLong();
    }
  };

  /// A key as bytes; different keys give different bytes.
  byte[] toBytes(K key);

  /// The key that [#toBytes] wrote.
  ///
  /// @throws IllegalArgumentException if it wrote no such bytes
  K fromBytes(byte[] bytes);
}
