package dev.unroll.server.protocol;

import java.io.ByteArrayOutputStream;

/// Bytes in memory whose array can be used without a copy.
public final class ByteSink extends ByteArrayOutputStream {
  /// @param size the bytes that are expected
  public ByteSink(int size) {
    super(size);
  }

  /// The array, of which the first [#size] bytes count.
  public byte[] array() {
    return buf;
  }
}
