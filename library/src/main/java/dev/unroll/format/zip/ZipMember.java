package dev.unroll.format.zip;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.Quote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A file in a zip archive. Safe for use by several threads.
public final class ZipMember {
  static final int STORED = 0;
  static final int DEFLATED = 8;

  private static final int CHUNK = 1 << 16;

  private final ByteSource source;
  private final String name;
  private final long header;
  private final long data;
  private final long packed;
  private final long size;
  private final boolean deflated;
  private final int crc;
  private volatile boolean verified;

  ZipMember(ByteSource source, String name, long header, long data, long packed, long size,
      boolean deflated, int crc) {
    this.source = source;
    this.name = name;
    this.header = header;
    this.data = data;
    this.packed = packed;
    this.size = size;
    this.deflated = deflated;
    this.crc = crc;
  }

  /// With `/` between folders.
  public String name() {
    return name;
  }

  /// The number of bytes that it is said to have; they are so many if they can be read.
  public long size() {
    return size;
  }

  /// Whether it lies in the archive as it is, so that parts of it can be read.
  public boolean isStored() {
    return !deflated;
  }

  long header() {
    return header;
  }

  long data() {
    return data;
  }

  long packed() {
    return packed;
  }

  /// All bytes, checked by their sum. Takes memory for what is there, not for what is said to be.
  ///
  /// @param most so many at most
  /// @throws FormatException if there are more, or they are not intact
  public byte[] bytes(int most) throws IOException {
    if (size > most) {
      throw damaged("has %d bytes, expected at most %d".formatted(size, most));
    }
    if (!deflated) {
      byte[] bytes = source.bytes(data, (int) size);
      var sum = new CRC32();
      sum.update(bytes);
      requireSum(sum);
      return bytes;
    }
    return inflated();
  }

  private byte[] inflated() throws IOException {
    var out = new ByteArrayOutputStream();
    var sum = new CRC32();
    var inflater = new Inflater(true);
    try {
      byte[] chunk = new byte[CHUNK];
      long at = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          if (at == packed) {
            throw damaged("ends too early");
          }
          int n = (int) Math.min(CHUNK, packed - at);
          inflater.setInput(source.bytes(data + at, n));
          at += n;
        }
        int n = inflater.inflate(chunk);
        if (n == 0 && inflater.needsDictionary()) {
          throw damaged("needs a dictionary");
        }
        if (out.size() + (long) n > size) {
          throw damaged("has more than the %d bytes that it is said to have".formatted(size));
        }
        out.write(chunk, 0, n);
        sum.update(chunk, 0, n);
      }
      if (out.size() != size) {
        throw damaged("has %d bytes, but is said to have %d".formatted(out.size(), size));
      }
    } catch (DataFormatException e) {
      throw damaged("cannot be unpacked (%s)".formatted(e.getMessage()));
    } finally {
      inflater.end();
    }
    requireSum(sum);
    return out.toByteArray();
  }

  /// Fills a buffer from byte `at` of a stored member on; the first call checks the sum of all of
  /// it.
  public void read(long at, ByteBuffer into) throws IOException {
    if (deflated) {
      throw new IllegalStateException(name + " is packed; read all of it");
    }
    if (at < 0 || at > size - into.remaining()) {
      throw damaged("has %d bytes, but %d are needed from byte %d on"
          .formatted(size, into.remaining(), at));
    }
    verify();
    source.read(data + at, into);
  }

  private void verify() throws IOException {
    if (verified) {
      return;
    }
    var sum = new CRC32();
    var chunk = ByteBuffer.allocate(CHUNK);
    for (long at = 0; at < size; at += CHUNK) {
      source.read(data + at, chunk.clear().limit((int) Math.min(CHUNK, size - at)));
      sum.update(chunk);
    }
    requireSum(sum);
    verified = true;
  }

  private void requireSum(CRC32 sum) throws FormatException {
    if ((int) sum.getValue() != crc) {
      throw damaged("has a wrong checksum");
    }
  }

  private FormatException damaged(String problem) {
    return new FormatException("%s: member %s %s; the file is damaged: copy it again"
        .formatted(source.name(), Quote.of(name), problem));
  }
}
