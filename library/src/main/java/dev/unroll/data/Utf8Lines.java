package dev.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/// The lines of a stream in UTF-8, such as a pipe. Each is decoded on its own, so that one that is
/// not UTF-8 is refused and does not spoil the next. A line ends as for
/// [java.io.BufferedReader#readLine()]. For one thread.
public final class Utf8Lines implements AutoCloseable {
  private final BufferedInputStream in;
  private final String name;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long number;

  /// Whether the last line ended with a carriage return, which a line feed may follow.
  private boolean returned;

  /// @param in UTF-8, not compressed
  /// @param name for messages
  public Utf8Lines(InputStream in, String name) {
    this.in = new BufferedInputStream(in);
    this.name = name;
  }

  /// Waits for the next line; null if there is none.
  ///
  /// @throws DataException that has the line, if it is not UTF-8; the next can still be read
  public @Nullable String next() throws IOException {
    bytes.reset();
    int c = in.read();
    if (returned && c == '\n') {
      c = in.read();
    }
    returned = false;
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n' && c != '\r'; c = in.read()) {
      bytes.write(c);
    }
    returned = c == '\r';
    number++;
    try {
      var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
      return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(
          "%s: not UTF-8; convert it, for example with iconv -f LATIN1 -t UTF-8."
              .formatted(where()),
          e);
    }
  }

  /// Whether some of the next line has arrived.
  public boolean ready() throws IOException {
    if (returned && in.available() > 0) {
      in.mark(1);
      if (in.read() != '\n') {
        in.reset();
      }
      returned = false;
    }
    return in.available() > 0;
  }

  /// The number of the last line, from 1.
  public long number() {
    return number;
  }

  /// The place of the last line, for a message.
  public String where() {
    return "%s, line %d".formatted(name, number);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
