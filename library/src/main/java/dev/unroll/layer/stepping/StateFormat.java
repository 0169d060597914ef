package dev.unroll.layer.stepping;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The binary format of states: header, floats and checksum. Nothing in the bytes is trusted before
/// the checksum is verified.
///
/// @param magic four letters to begin with
/// @param what the bytes are, for messages
/// @param version the version that is written; all earlier ones can be read too
record StateFormat(String magic, String what, int version) {
  /// Magic, version, fingerprint and floats for each key.
  static final int HEADER = 20;

  static final int CHECKSUM = 4;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  void header(byte[] bytes, State.Layout layout) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put(magic.getBytes(US_ASCII))
        .putInt(version).putLong(layout.fingerprint()).putInt(layout.size());
  }

  /// Reads magic, version, fingerprint and size.
  ///
  /// @return the version
  int requireHeader(ByteBuffer bytes, State.Layout layout) {
    bytes.order(ByteOrder.LITTLE_ENDIAN).position(magic.length());
    int written = bytes.getInt();
    if (written < 1 || written > version) {
      throw new StateException(
          "%s is of version %d, expected %s%d; read it with the Unroll that wrote it"
              .formatted(what, written, version == 1 ? "" : "1 to ", version));
    }
    long fingerprint = bytes.getLong();
    int size = bytes.getInt();
    if (fingerprint != layout.fingerprint() || size != layout.size()) {
      throw new StateException(
          ("%s belongs to another layer: %d floats with fingerprint %016x, expected %d of %s; "
              + "take the model it was made with").formatted(what, size, fingerprint,
                  layout.size(), layout));
    }
    return written;
  }

  /// Refuses bytes that are truncated, of another format or damaged.
  void requireChecksum(byte[] bytes) {
    if (bytes.length < HEADER + CHECKSUM) {
      throw damaged("it has %,d bytes, expected at least %d".formatted(bytes.length,
          HEADER + CHECKSUM));
    }
    if (!new String(bytes, 0, magic.length(), US_ASCII).equals(magic)) {
      throw damaged("it does not begin with " + magic);
    }
    if (checksum(bytes) != ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
        .getInt(bytes.length - CHECKSUM)) {
      throw damaged("the checksum is wrong");
    }
  }

  StateException damaged(String why) {
    return new StateException(
        "%s cannot be read: %s; the bytes are damaged or something else".formatted(what, why));
  }

  /// Writes the checksum into the last bytes.
  void seal(byte[] bytes) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - CHECKSUM, checksum(bytes));
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    return (int) crc.getValue();
  }

  static void bytes(float[] from, int offset, int n, byte[] to, int at) {
    for (int i = 0; i < n; i++) {
      FLOAT.set(to, at + Float.BYTES * i, from[offset + i]);
    }
  }

  static void floats(byte[] from, int at, float[] to, int offset, int n) {
    for (int i = 0; i < n; i++) {
      to[offset + i] = (float) FLOAT.get(from, at + Float.BYTES * i);
    }
  }
}
