package dev.unroll.format.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.format.FormatException;
import dev.unroll.format.file.FileFailure;
import dev.unroll.format.file.SafeFile;
import dev.unroll.tensor.guard.OneCaller;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// A log as JSON Lines: one object a line, UTF-8. Each line is handed to the operating system when
/// it is appended, so a killed process loses none. For one thread at a time.
public final class JsonLines implements Closeable {
  /// The largest log read back, 256 MiB: far above a line a second for a week.
  private static final long LARGEST = 1L << 28;

  private final OneCaller caller =
      new OneCaller("JsonLines", "write each log by one thread");
  private final Path file;
  private final FileChannel channel;
  private long lines;
  private long bytes;

  private JsonLines(Path file, FileChannel channel, Prefix kept) {
    this.file = file;
    this.channel = channel;
    lines = kept.lines;
    bytes = kept.bytes;
  }

  /// Starts an empty log, replacing an existing one.
  public static JsonLines create(Path file) throws IOException {
    return resume(file, 0);
  }

  /// Continues a log after its first `lines` lines and drops the others: what a run wrote after the
  /// checkpoint it resumes from, or a line cut short. If there are fewer, all whole lines stay.
  ///
  /// @throws IOException one sentence that names the file, the reason and what to do
  public static JsonLines resume(Path file, long lines) throws IOException {
    if (lines < 0) {
      throw new IllegalArgumentException(
          "JsonLines: %d lines, expected 0 or more.".formatted(lines));
    }
    var target = SafeFile.target(file);
    try {
      var channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        var kept = prefix(file, lines);
        channel.truncate(kept.bytes);
        return new JsonLines(file, channel, kept);
      } catch (IOException | RuntimeException e) {
        try (channel) {
          throw e;
        }
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /// The beginning of a log that has this many whole lines.
  private record Prefix(long lines, long bytes) {}

  private static Prefix prefix(Path file, long most) throws IOException {
    if (most == 0) {
      return new Prefix(0, 0);
    }
    long lines = 0;
    long bytes = 0;
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      long position = 0;
      for (int b = 0; lines < most && b >= 0;) {
        b = in.read();
        position++;
        if (b == '\n') {
          lines++;
          bytes = position;
        }
      }
    }
    return new Prefix(lines, bytes);
  }

  /// Appends one line; a partial line is removed if that fails.
  ///
  /// @throws IOException one sentence that names the file, the reason and what to do
  public void append(SequencedMap<String, ?> line) throws IOException {
    var written = ByteBuffer.wrap((Json.write(line) + "\n").getBytes(UTF_8));
    caller.enter();
    try {
      channel.position(bytes);
      while (written.hasRemaining()) {
        channel.write(written);
      }
      lines++;
      bytes += written.position();
    } catch (IOException e) {
      dropPart(e);
      throw failure(file, e);
    } finally {
      caller.leave();
    }
  }

  private void dropPart(IOException e) {
    try {
      channel.truncate(bytes);
    } catch (IOException f) {
      e.addSuppressed(f); // readers leave out a last line that was cut short
    }
  }

  /// The number of lines in the file, including those from before it was resumed: what a checkpoint
  /// keeps for `resume`.
  public long lines() {
    return lines;
  }

  /// The lines of a log, without a last one that was cut short.
  ///
  /// @throws FormatException if a line is not a JSON object
  /// @throws IOException one sentence, if the file cannot be read
  public static List<JsonFields> read(Path file) throws IOException {
    String text = text(file);
    var objects = new ArrayList<JsonFields>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      String where = "%s: line %d".formatted(file, objects.size() + 1);
      objects.add(JsonFields.parse(text.substring(start, end), where));
      start = end + 1;
    }
    return objects;
  }

  private static String text(Path file) throws IOException {
    try {
      long size = Files.size(file);
      if (size > LARGEST) {
        throw new FormatException(
            "%s: has %d bytes, expected at most %d; is it a log?".formatted(file, size, LARGEST));
      }
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw FileFailure.reading(file, e);
    }
  }

  /// @throws IOException one sentence: some systems report only now that the disk is full
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static IOException failure(Path file, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "its folder does not exist; create it";
          case AccessDeniedException _ -> "permission is denied; change it";
          default -> FileFailure.reason(e) + "; free space or check the disk";
        };
    return new IOException(
        "%s cannot be written: %s, or choose another place.".formatted(file, reason), e);
  }
}
