package dev.unroll.datasets.format;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// The bytes of a file or of a resource of the program, decompressed if they are gzip, and the name
/// that messages use.
///
/// @param name of the file
/// @param bytes all of them; must not be changed
public record SourceBytes(String name, byte[] bytes) {
  /// The largest number of bytes, 1 GiB: they are read into arrays, which have less than 2^31
  /// elements.
  private static final long MOST_BYTES = 1L << 30;

  /// Memory for each byte: of a text itself, up to two characters of two bytes while it is decoded,
  /// and its number, four bytes, later.
  private static final int MEMORY_PER_BYTE = 8;

  /// A file.
  ///
  /// @throws DataException one sentence, if it is missing, a folder, may not be read, is not whole
  ///     gzip, or larger than 1 GiB or an eighth of the maximum memory of the JVM
  public static SourceBytes of(Path file) {
    long fits = Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE;
    return of(file, (int) Math.min(MOST_BYTES, fits));
  }

  static SourceBytes of(Path file, int mostBytes) {
    if (!Files.exists(file)) {
      throw new DataException("%s: there is no such file; check the path.".formatted(file));
    }
    if (Files.isDirectory(file)) {
      throw new DataException("%s is a folder; give the path of one file.".formatted(file));
    }
    if (!Files.isReadable(file)) {
      throw new DataException("%s may not be read; change its permissions.".formatted(file));
    }
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = atMost(in, mostBytes, file);
      return new SourceBytes(file.toString(),
          isGzip(bytes) ? unpack(bytes, mostBytes, file) : bytes);
    } catch (IOException e) {
      throw new DataException(
          "%s cannot be read: %s; check the disk.".formatted(file, e.getMessage()), e);
    }
  }

  /// The file of this name in a folder, or, if there is none, the one with `.gz` after its name.
  public static SourceBytes in(Path folder, String name) {
    var plain = folder.resolve(name);
    var packed = folder.resolve(name + ".gz");
    return of(Files.exists(packed) && !Files.exists(plain) ? packed : plain);
  }

  /// A data set that ships with the library.
  public static SourceBytes shipped(String name) {
    try (var in = SourceBytes.class.getResourceAsStream("/dev/unroll/datasets/" + name)) {
      byte[] bytes = Objects.requireNonNull(in, "the jar lacks " + name).readAllBytes();
      return new SourceBytes(name, isGzip(bytes) ? gunzip(bytes).readAllBytes() : bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read from the jar.", e);
    }
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1F && bytes[1] == (byte) 0x8B;
  }

  private static InputStream gunzip(byte[] bytes) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(bytes));
  }

  private static byte[] unpack(byte[] packed, int mostBytes, Path file) {
    try (var in = gunzip(packed)) {
      return atMost(in, mostBytes, file);
    } catch (IOException e) {
      throw new DataException(
          "%s is damaged gzip: %s; fetch it again.".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] atMost(InputStream in, int mostBytes, Path file) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes + 1);
    if (bytes.length > mostBytes) {
      throw new DataException(
          String.format(Locale.ROOT, "%s has more than %,d bytes, the most that fit in memory;"
              + " give a part of it, or more memory to Java with -Xmx.", file, mostBytes));
    }
    return bytes;
  }

  /// The bytes as UTF-8, without a byte order mark; as UTF-16 if they have its mark.
  ///
  /// @throws DataException one sentence, if they are not UTF-8 or there is no text
  public String text() {
    if (bytes.length >= 2 && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)) {
      return new String(bytes, UTF_16);
    }
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length); // UTF-8 never has more chars than bytes
    var result = UTF_8.newDecoder().decode(in, out, true);
    if (result.isError()) {
      int at = in.position();
      throw new DataException(
          ("%s is not UTF-8: byte %d is 0x%02X (line %d), which begins no character;"
              + " convert the file, for example with iconv -f LATIN1 -t UTF-8.")
              .formatted(name, at, bytes[at], line(at)));
    }
    String text = out.flip().toString();
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.isEmpty()) {
      throw new DataException("%s is empty; give a file with some text.".formatted(name));
    }
    return text;
  }

  private int line(int at) {
    int line = 1;
    for (int i = 0; i < at; i++) {
      if (bytes[i] == '\n') {
        line++;
      }
    }
    return line;
  }

  /// The lines of the text, without line breaks; text after the last line break counts if it is
  /// not empty.
  public List<String> lines() {
    return text().lines().toList();
  }

  /// An exception that says what is wrong with line i, from 0.
  public DataException wrongLine(int i, String what) {
    return new DataException("%s, line %d: %s.".formatted(name, i + 1, what));
  }
}
