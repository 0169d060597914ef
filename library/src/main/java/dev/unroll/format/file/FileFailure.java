package dev.unroll.format.file;

import dev.unroll.format.FormatException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Error messages for failures of the file system that name the file: its own exceptions often do
/// not, such as `Input/output error`.
public final class FileFailure {
  private FileFailure() {}

  /// What went wrong, in a few words.
  public static String reason(IOException e) {
    var said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission is denied";
      default -> said != null ? said : "the system refuses (" + e.getClass().getSimpleName() + ")";
    };
  }

  /// One sentence for a file that cannot be read; errors in its content are passed on unchanged.
  public static IOException reading(Path file, IOException e) {
    return switch (e) {
      case FormatException _ -> e;
      case NoSuchFileException _ ->
          new IOException("there is no file %s; check the path".formatted(file), e);
      default -> new IOException(
          "%s cannot be read: %s; check its permissions and the disk".formatted(file, reason(e)),
          e);
    };
  }
}
