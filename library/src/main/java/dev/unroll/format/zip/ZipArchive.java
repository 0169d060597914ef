package dev.unroll.format.zip;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.ByteSource;
import dev.unroll.format.json.Quote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A zip archive, with 64-bit sizes too, in one piece. It is not trusted: two members of one name,
/// members that share bytes, encrypted ones, and methods other than stored and deflated are
/// refused, and no size is believed before the bytes are there.
///
/// ```text
/// member:            local header (30 bytes, name, extra), then its data
/// central directory: for each member 46 bytes, name, extra, comment
/// end:               [64-bit end, its locator,] 22 bytes, comment
/// ```
///
/// PKWARE, "APPNOTE.TXT", 6.3.10.
public final class ZipArchive {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR_LENGTH = 20;
  private static final int END_64_LENGTH = 56;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL_LENGTH = 30;
  private static final long IN_64 = 0xffffffffL;
  private static final int ENCRYPTED = 1;
  private static final int EXTRA_64 = 1;

  /// Archives of weights have a few thousand members of some dozen bytes each.
  private static final int LONGEST_DIRECTORY = 1 << 26;

  private final ByteSource source;
  private final SequencedMap<String, ZipMember> members = new LinkedHashMap<>();

  private ZipArchive(ByteSource source) {
    this.source = source;
  }

  /// Whether bytes begin as a zip archive does.
  public static boolean begins(byte[] start) {
    return start.length >= Integer.BYTES && little(ByteBuffer.wrap(start)).getInt(0) == LOCAL;
  }

  /// Reads the directory of an archive.
  ///
  /// @throws FormatException if it is no intact zip archive
  public static ZipArchive read(ByteSource source) throws IOException {
    var archive = new ZipArchive(source);
    archive.readDirectory();
    return archive;
  }

  /// The members by name, in the order of the directory.
  public SequencedMap<String, ZipMember> members() {
    return members;
  }

  /// The member of a name; null if there is none.
  public @Nullable ZipMember member(String name) {
    return members.get(name);
  }

  private record Directory(long at, long length, long members, long end) {}

  private void readDirectory() throws IOException {
    var directory = directory();
    if (directory.length > LONGEST_DIRECTORY || directory.at < 0 || directory.length < 0
        || directory.at > directory.end - directory.length) {
      throw damaged("has a directory of %s bytes at byte %s, beyond its end".formatted(
          Long.toUnsignedString(directory.length), Long.toUnsignedString(directory.at)));
    }
    var bytes = little(ByteBuffer.allocate((int) directory.length));
    source.read(directory.at, bytes);
    for (long i = 0; i < directory.members; i++) {
      if (bytes.remaining() < CENTRAL_LENGTH) {
        throw damaged("has a directory of %d members, but says that there are %s".formatted(i,
            Long.toUnsignedString(directory.members)));
      }
      var member = member(bytes, directory.at);
      if (members.putIfAbsent(member.name(), member) != null) {
        throw damaged("has two members called " + Quote.of(member.name()));
      }
    }
    refuseOverlaps();
  }

  private Directory directory() throws IOException {
    int tail = (int) Math.min(source.size(), END_LENGTH + LONGEST_COMMENT);
    long tailAt = source.size() - tail;
    var bytes = little(ByteBuffer.allocate(tail));
    source.read(tailAt, bytes);
    int at = tail - END_LENGTH;
    while (at >= 0 && (bytes.getInt(at) != END
        || at + END_LENGTH + unsigned(bytes.getShort(at + 20)) > tail)) {
      at--;
    }
    if (at < 0) {
      throw damaged("has no end of a zip archive");
    }
    long end = tailAt + at;
    long count = unsigned(bytes.getShort(at + 10));
    long length = unsigned(bytes.getInt(at + 12));
    long start = unsigned(bytes.getInt(at + 16));
    if (end >= LOCATOR_LENGTH) {
      var locator = little(ByteBuffer.allocate(LOCATOR_LENGTH));
      source.read(end - LOCATOR_LENGTH, locator);
      if (locator.getInt(0) == LOCATOR_64) {
        long at64 = locator.getLong(8);
        if (at64 < 0 || at64 > end - LOCATOR_LENGTH - END_64_LENGTH) {
          throw damaged("has a 64-bit end at byte " + Long.toUnsignedString(at64));
        }
        var end64 = little(ByteBuffer.allocate(END_64_LENGTH));
        source.read(at64, end64);
        if (end64.getInt(0) != END_64) {
          throw damaged("has no 64-bit end where it says");
        }
        return new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32), at64);
      }
    }
    return new Directory(start, length, count, end);
  }

  private ZipMember member(ByteBuffer central, long directoryAt) throws IOException {
    int at = central.position();
    if (central.getInt(at) != CENTRAL) {
      throw damaged("has a directory with something else in it");
    }
    int flags = central.getShort(at + 8);
    int method = unsigned(central.getShort(at + 10));
    int crc = central.getInt(at + 16);
    long packed = unsigned(central.getInt(at + 20));
    long size = unsigned(central.getInt(at + 24));
    int nameLength = unsigned(central.getShort(at + 28));
    int extraLength = unsigned(central.getShort(at + 30));
    int commentLength = unsigned(central.getShort(at + 32));
    long header = unsigned(central.getInt(at + 42));
    if (central.remaining() < CENTRAL_LENGTH + nameLength + extraLength + commentLength) {
      throw damaged("has a directory that is cut short");
    }
    central.position(at + CENTRAL_LENGTH);
    byte[] name = new byte[nameLength];
    central.get(name);
    var quoted = Quote.of(new String(name, UTF_8));
    int extraEnd = central.position() + extraLength;
    while (extraEnd - central.position() >= 4) {
      int id = unsigned(central.getShort());
      int end = central.position() + 2 + unsigned(central.getShort(central.position()));
      central.getShort();
      if (end > extraEnd) {
        throw damaged("has member %s with a field that is cut short".formatted(quoted));
      }
      if (id == EXTRA_64) {
        size = size == IN_64 ? wide(central, end, quoted) : size;
        packed = packed == IN_64 ? wide(central, end, quoted) : packed;
        header = header == IN_64 ? wide(central, end, quoted) : header;
      }
      central.position(end);
    }
    central.position(extraEnd + commentLength);
    if ((flags & ENCRYPTED) != 0) {
      throw damaged("has member %s, which is encrypted".formatted(quoted));
    }
    if (method != ZipMember.STORED && method != ZipMember.DEFLATED) {
      throw damaged("has member %s, packed by method %d; expected %d or %d".formatted(quoted,
          method, ZipMember.STORED, ZipMember.DEFLATED));
    }
    if (packed < 0 || size < 0 || method == ZipMember.STORED && packed != size) {
      throw damaged("has member %s of %s bytes, packed in %s".formatted(quoted,
          Long.toUnsignedString(size), Long.toUnsignedString(packed)));
    }
    return located(name, quoted, method, crc, packed, size, header, directoryAt);
  }

  private long wide(ByteBuffer extra, int end, String name) throws FormatException {
    if (end - extra.position() < Long.BYTES) {
      throw damaged("has member %s with a field that is cut short".formatted(name));
    }
    return extra.getLong();
  }

  private ZipMember located(byte[] name, String quoted, int method, int crc, long packed,
      long size, long header, long directoryAt) throws IOException {
    if (header < 0 || header > directoryAt - LOCAL_LENGTH - name.length) {
      throw damaged("has member %s at byte %s".formatted(quoted, Long.toUnsignedString(header)));
    }
    var local = little(ByteBuffer.allocate(LOCAL_LENGTH + name.length));
    source.read(header, local);
    byte[] again = new byte[name.length];
    local.get(LOCAL_LENGTH, again);
    if (local.getInt(0) != LOCAL || unsigned(local.getShort(26)) != name.length
        || !Arrays.equals(name, again) || unsigned(local.getShort(8)) != method) {
      throw damaged("has member %s, but another one where its directory points".formatted(quoted));
    }
    long data = header + LOCAL_LENGTH + name.length + unsigned(local.getShort(28));
    if (data > directoryAt || packed > directoryAt - data) {
      throw damaged("has member %s of %d bytes, more than there are".formatted(quoted, packed));
    }
    return new ZipMember(source, new String(name, UTF_8), header, data, packed, size,
        method == ZipMember.DEFLATED, crc);
  }

  /// A few bytes that stand for many members are how small archives become large.
  private void refuseOverlaps() throws FormatException {
    long free = 0;
    var inOrder = members.values().stream()
        .sorted(Comparator.comparingLong(ZipMember::header)).toList();
    for (var member : inOrder) {
      if (member.header() < free) {
        throw damaged("has member %s, whose bytes are those of another one too"
            .formatted(Quote.of(member.name())));
      }
      free = member.data() + member.packed();
    }
  }

  private FormatException damaged(String problem) {
    return new FormatException("%s %s; the file is damaged or no zip archive: copy it again or use"
        .formatted(source.name(), problem) + " another one");
  }

  static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int unsigned(short value) {
    return Short.toUnsignedInt(value);
  }

  private static long unsigned(int value) {
    return Integer.toUnsignedLong(value);
  }
}
