package dev.unroll.table.text;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.data.DataException;
import dev.unroll.format.file.FileFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// The characters of a file: UTF-8, or UTF-16 if it has that byte order mark; decompressed if it is
/// gzip. Bytes that cannot be decoded are refused with their place, as a [DataException].
public final class Characters extends Reader {
  private static final int CHUNK = 1 << 16;

  private final String name;
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).flip();

  /// The number of bytes of the file before those in the buffer, including the byte order mark.
  private long before;
  private long line = 1;
  private boolean atEnd;
  private boolean inRow;

  private Characters(String name, InputStream in, Charset charset, int mark) {
    this.name = name;
    this.in = in;
    decoder = charset.newDecoder();
    before = mark;
  }

  /// Opens a file.
  ///
  /// @throws DataException one sentence, if it cannot be opened
  public static Characters of(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataException("%s is a folder; give the path of one file.".formatted(file));
    }
    try {
      var in = unpacked(new BufferedInputStream(Files.newInputStream(file), CHUNK));
      in.mark(3);
      byte[] first = in.readNBytes(3);
      in.reset();
      int mark = mark(first);
      in.skipNBytes(mark);
      var charset = mark != 2 ? UTF_8 : first[0] == (byte) 0xFE ? UTF_16BE : UTF_16LE;
      return new Characters(file.toString(), in, charset, mark);
    } catch (IOException e) {
      throw new DataException(FileFailure.reading(file, e).getMessage() + ".", e);
    }
  }

  public static int mark(byte[] first) {
    if (first.length > 2 && first[0] == (byte) 0xEF && first[1] == (byte) 0xBB
        && first[2] == (byte) 0xBF) {
      return 3;
    }
    return first.length > 1 && (first[0] == (byte) 0xFE && first[1] == (byte) 0xFF
        || first[0] == (byte) 0xFF && first[1] == (byte) 0xFE) ? 2 : 0;
  }

  public static InputStream unpacked(InputStream in) throws IOException {
    in.mark(2);
    byte[] first = in.readNBytes(2);
    in.reset();
    boolean packed = first.length == 2 && first[0] == 0x1F && first[1] == (byte) 0x8B;
    return packed ? new BufferedInputStream(new GZIPInputStream(in, CHUNK), CHUNK) : in;
  }

  @Override
  public int read(char[] into, int from, int length) throws IOException {
    var chars = CharBuffer.wrap(into, from, length).slice();
    while (chars.position() == 0 && !(atEnd && !bytes.hasRemaining())) {
      if (!atEnd && bytes.remaining() < 8) {
        fill();
      }
      int at = bytes.position();
      var result = decoder.decode(bytes, chars, atEnd);
      before += bytes.position() - at;
      if (result.isError()) {
        count(into, from, from + chars.position());
        throw undecodable();
      }
      if (atEnd && result.isUnderflow()) {
        break;
      }
    }
    count(into, from, from + chars.position());
    return chars.position() == 0 ? -1 : chars.position();
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      atEnd = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }

  private void count(char[] chars, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = chars[i];
      if (c == '\n' && !inRow || c == '\r') {
        line++;
      }
      inRow = c == '\r'; // the second of two characters of a line break does not count
      if (c == 0) {
        throw new DataException(
            ("%s is no text: there is a byte 0 in line %d; if it is UTF-16, convert it, for example"
                + " with iconv -f UTF-16 -t UTF-8.").formatted(name, line));
      }
    }
  }

  private DataException undecodable() {
    if (!decoder.charset().equals(UTF_8)) {
      return new DataException(
          "%s is damaged UTF-16 in line %d (byte %d); convert it to UTF-8 where it comes from."
              .formatted(name, line, before));
    }
    return new DataException(
        ("%s is not UTF-8: byte %d is 0x%02X (line %d), which begins no character; convert the "
            + "file, for example with iconv -f LATIN1 -t UTF-8.").formatted(name, before,
                bytes.get(bytes.position()), line));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
