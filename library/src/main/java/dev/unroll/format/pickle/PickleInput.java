package dev.unroll.format.pickle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of one or several pickles one after another, with a position.
public final class PickleInput {
  private static final int CHUNK = 1 << 14;

  /// No line of a pickle is longer: names and numbers.
  private static final int LONGEST_LINE = 1 << 16;

  private final ByteSource source;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
  private long next;

  /// From a place of a source on.
  public PickleInput(ByteSource source, long at) {
    this.source = source;
    next = at;
    chunk.limit(0);
  }

  /// For messages.
  public String name() {
    return source.name();
  }

  /// The place of the next byte.
  public long position() {
    return next - chunk.remaining();
  }

  /// The number of bytes that are left.
  public long remaining() {
    return source.size() - position();
  }

  private void need(int n) throws IOException {
    if (chunk.remaining() >= n) {
      return;
    }
    if (remaining() < n) {
      throw new FormatException(
          "%s ends in the middle of a pickle; it is cut short or damaged: copy"
              .formatted(name()) + " it again");
    }
    long at = position();
    chunk.clear().limit((int) Math.min(CHUNK, source.size() - at));
    source.read(at, chunk);
    next = at + chunk.remaining();
  }

  /// The next byte, 0 … 255.
  public int u1() throws IOException {
    need(1);
    return Byte.toUnsignedInt(chunk.get());
  }

  int u2() throws IOException {
    need(Short.BYTES);
    return Short.toUnsignedInt(chunk.getShort());
  }

  int i4() throws IOException {
    need(Integer.BYTES);
    return chunk.getInt();
  }

  /// The next eight bytes, the lowest first.
  public long i8() throws IOException {
    need(Long.BYTES);
    return chunk.getLong();
  }

  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  /// The next bytes; their number is compared with what is there.
  byte[] bytes(long length) throws IOException {
    if (length < 0 || length > remaining() || length > Integer.MAX_VALUE - 8) {
      throw new FormatException(
          "%s has %s bytes in a pickle, but %d are left; it is damaged: copy it"
              .formatted(name(), Long.toUnsignedString(length), remaining()) + " again");
    }
    byte[] bytes = source.bytes(position(), (int) length);
    skip(length);
    return bytes;
  }

  /// Goes on behind bytes.
  public void skip(long length) {
    long to = position() + length;
    if (length <= chunk.remaining()) {
      chunk.position(chunk.position() + (int) length);
    } else {
      chunk.limit(chunk.position());
      next = to;
    }
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = u1(); b != '\n'; b = u1()) {
      if (line.size() == LONGEST_LINE) {
        throw new FormatException(
            "%s has a line of more than %d bytes in a pickle; it is damaged or"
                .formatted(name(), LONGEST_LINE) + " no checkpoint");
      }
      line.write(b);
    }
    return line.toString(UTF_8);
  }

  /// What is wrong with a pickle, as a sentence.
  FormatException damaged(String what) {
    return new FormatException(
        "%s: its pickle has %s; the file is damaged or no checkpoint: copy it"
            .formatted(name(), what) + " again");
  }
}
