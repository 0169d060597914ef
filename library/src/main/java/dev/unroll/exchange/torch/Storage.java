package dev.unroll.exchange.torch;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.zip.ZipMember;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes that tensors are views of.
///
/// @param key what identifies it in its file
/// @param type of its elements
/// @param bytes how many there are, which has been compared with the file
/// @param order of the bytes of an element
record Storage(String key, StorageType type, long bytes, ByteOrder order, Bytes reader) {
  /// A packed storage is unpacked as a whole; PyTorch packs none.
  private static final int MOST_PACKED = 1 << 28;

  /// Reads bytes from a place on.
  interface Bytes {
    /// Fills the buffer and flips it.
    void read(long at, ByteBuffer into) throws IOException;
  }

  /// A member of an archive.
  static Storage of(ZipMember member, String key, StorageType type, ByteOrder order) {
    return new Storage(key, type, member.size(), order,
        member.isStored() ? member::read : (at, into) -> {
          byte[] all = member.bytes(MOST_PACKED);
          if (at < 0 || at > all.length - into.remaining()) {
            throw new FormatException("storage %s is shorter than its tensors".formatted(key));
          }
          into.put(all, (int) at, into.remaining()).flip();
        });
  }

  /// A part of a file.
  static Storage of(ByteSource source, long from, String key, StorageType type, long bytes,
      ByteOrder order) {
    return new Storage(key, type, bytes, order, (at, into) -> source.read(from + at, into));
  }

  /// A part of this storage.
  Storage part(long from, long length) {
    return new Storage(key + "+" + from, type, length, order,
        (at, into) -> reader.read(from + at, into));
  }
}
