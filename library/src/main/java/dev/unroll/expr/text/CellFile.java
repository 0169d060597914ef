package dev.unroll.expr.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unroll.expr.Cell;
import dev.unroll.expr.CellException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a cell from a file.
public final class CellFile {
  /// A character takes at most three bytes in UTF-8 (a pair of surrogates four), and a byte order
  /// mark three.
  private static final int MAX_BYTES = 3 * (Limits.TEXT + 1);

  private CellFile() {}

  public static Cell read(Path file) throws IOException {
    var text = text(file);
    var fileName = file.toAbsolutePath().normalize().getFileName();
    var name = fileName == null ? "" : fileName.toString().replaceFirst("(?<=.)\\.[^.]*$", "");
    if (NameRules.cellProblem(name) != null) {
      throw new CellException(
          "%s: the file's name becomes the cell's name, and %s; rename the file."
              .formatted(file, NameRules.cellProblem(name)),
          null);
    }
    return CellParser.parse(name, file.toString(), text);
  }

  private static String text(Path file) throws IOException {
    var bytes = bytes(file);
    if (bytes.length > MAX_BYTES) {
      throw new CellException(
          "%s: the file has more than %d bytes; a cell has at most %d characters."
              .formatted(file, MAX_BYTES, Limits.TEXT),
          null);
    }
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length);
    var result =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    if (result.isError()) {
      throw new CellException(
          "%s: the file is not text in UTF-8 (byte %d is 0x%02X); save it as UTF-8."
              .formatted(file, in.position() + 1, bytes[in.position()]),
          null);
    }
    return out.flip().toString();
  }

  /// The whole file, or one byte more than is allowed.
  private static byte[] bytes(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("%s is a folder; expected a file with a cell.".formatted(file));
    }
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file %s; expected a file with a cell.".formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new IOException("The file %s may not be read; check its permissions.".formatted(file),
          e);
    }
  }
}
