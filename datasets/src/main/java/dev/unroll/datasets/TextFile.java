package dev.unroll.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text of the user's own, as UTF-8.
public final class TextFile {
  /// The most bytes taken, 1 GiB: the numbers of the characters go into one array, which has less
  /// than 2^31 elements.
  private static final long MOST_BYTES = 1L << 30;

  /// Memory for each byte of a text: itself, up to two characters of two bytes while it is decoded,
  /// and its number, four bytes, later.
  private static final int MEMORY_PER_BYTE = 8;

  private TextFile() {}

  /// The text of a file, without a byte order mark.
  ///
  /// @throws DataException one sentence, if the file is missing, a folder, may not be read, is
  ///     empty, not UTF-8, or larger than 1 GiB or an eighth of the memory Java may take
  public static String read(Path file) {
    long fits = Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE;
    return read(file, (int) Math.min(MOST_BYTES, fits));
  }

  static String read(Path file, int mostBytes) {
    byte[] bytes = bytes(file, mostBytes);
    String text = decode(file, bytes);
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isEmpty()) {
      throw new DataException("%s is empty; give a file with some text.".formatted(file));
    }
    return text;
  }

  private static byte[] bytes(Path file, int mostBytes) {
    if (!Files.exists(file)) {
      throw new DataException("%s: there is no such file; check the path.".formatted(file));
    }
    if (Files.isDirectory(file)) {
      throw new DataException("%s is a folder; give the path of one text file.".formatted(file));
    }
    if (!Files.isReadable(file)) {
      throw new DataException("%s may not be read; change its permissions.".formatted(file));
    }
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw new DataException(
            ("%s has more than %,d bytes, the most that fit in memory;"
                + " give a part of it, or more memory to Java with -Xmx.")
                .formatted(file, mostBytes));
      }
      return bytes;
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be read: %s; check the disk.".formatted(file, e.getMessage()), e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length); // UTF-8 never has more chars than bytes
    var result = UTF_8.newDecoder().decode(in, out, true);
    if (result.isError()) {
      int at = in.position();
      throw new DataException(
          ("%s is not UTF-8: byte %d is 0x%02X (line %d), which begins no character;"
              + " convert the file, for example with iconv -f LATIN1 -t UTF-8.")
              .formatted(file, at, bytes[at], line(bytes, at)));
    }
    return out.flip().toString();
  }

  private static int line(byte[] bytes, int at) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
      }
    }
    return line;
  }
}
