package dev.unroll.layer.stepping;

import java.nio.ByteBuffer;

/// The format of keys in a snapshot of [KeyedStates].
///
/// @param <K> the type of the keys
public interface KeyFormat<K> {
  /// Strings as UTF-8; unpaired surrogates, which UTF-8 cannot encode, have three bytes as well, so
  /// that every string is read back.
  KeyFormat<String> STRING = new StringKeys();

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

  /// Returns the key that [#toBytes] wrote.
  ///
  /// @throws IllegalArgumentException if the bytes are not a key
  K fromBytes(byte[] bytes);
}
