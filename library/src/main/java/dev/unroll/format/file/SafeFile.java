package dev.unroll.format.file;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Replaces a file atomically: a reader, also after a crash, sees the old content or the new one,
/// never a part. The bytes go to a temporary file in the same folder, are forced to the disk, and
/// the file is renamed over the target. A symbolic link stays, and the file that it points to is
/// replaced; anything but a regular file, such as a device or a pipe, is refused.
public final class SafeFile {
  private static final String TEMPORARY = ".tmp";

  /// The number of links in a row that Linux follows.
  private static final int MOST_LINKS = 40;

  private SafeFile() {}

  /// Writes the content.
  @FunctionalInterface
  public interface Content {
    /// Writes everything to `out`, which is buffered; the caller closes it.
    void writeTo(OutputStream out) throws IOException;
  }

  /// Replaces the file by these bytes.
  ///
  /// @throws IOException one sentence that names the file, the reason and what to do; the old file
  ///     is unchanged and nothing else is left behind
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /// Replaces the file by what `content` writes.
  ///
  /// @throws IOException as above, also if `content` throws one
  public static void write(Path file, Content content) throws IOException {
    write(Map.of(file, content));
  }

  /// Replaces several files that belong together. All of them are filled before the first one is
  /// replaced: if one cannot be written, none is. A crash between two of the renames can leave some
  /// new and the others old, each of them whole.
  ///
  /// @throws IOException as above
  public static void write(Map<Path, Content> files) throws IOException {
    var replacements = new ArrayList<Replacement>();
    try {
      for (var file : files.keySet()) {
        replacements.add(Replacement.of(file));
      }
      for (var replacement : replacements) {
        replacement.fill(requireNonNull(files.get(replacement.file())));
      }
      for (var replacement : replacements) {
        replacement.move();
      }
    } catch (IOException | RuntimeException | Error e) {
      replacements.forEach(replacement -> discard(replacement.temporary()));
      throw e;
    }
    for (var replacement : replacements) {
      force(replacement.file(), replacement.folder());
    }
  }

  /// A file that is about to be replaced.
  ///
  /// @param file as it was given
  private record Replacement(Path file, Path target, Path folder, Path temporary) {

    static Replacement of(Path file) throws IOException {
      Path target = SafeFile.target(file);
      Path folder = requireNonNull(target.getParent());
      String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      return new Replacement(file, target, folder,
          folder.resolve(prefix(target) + unique + TEMPORARY));
    }

    void fill(Content content) throws IOException {
      try {
        SafeFile.fill(temporary, content);
      } catch (IOException e) {
        throw failure(file, folder, e);
      }
    }

    void move() throws IOException {
      try {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        throw failure(file, folder, e);
      }
    }
  }

  /// The file that is replaced when this path is written: the end of its symbolic links, as an
  /// absolute path. It need not exist.
  ///
  /// @throws IOException one sentence, if it is not a regular file: a rename would replace a device
  ///     or a pipe, and opening a pipe waits for its reader
  public static Path target(Path file) throws IOException {
    Path target = followed(file);
    if (target.getParent() == null || Files.isDirectory(target)) {
      throw new IOException(
          "%s cannot be written: it is a folder; choose the name of a file.".formatted(file));
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new IOException(
          "%s cannot be written: it is a device or a pipe; choose the name of a file."
              .formatted(file));
    }
    return target;
  }

  private static Path followed(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new IOException(
            "%s cannot be written: its symbolic links go round in a circle; remove one of them."
                .formatted(file));
      }
      try {
        target = target.resolveSibling(Files.readSymbolicLink(target));
      } catch (IOException e) {
        throw new IOException(
            "%s cannot be written: the symbolic link %s cannot be read: %s; remove it."
                .formatted(file, target, FileFailure.reason(e)),
            e);
      }
    }
    return target;
  }

  /// Deletes the temporary files that killed writers of this file have left, if possible; nothing
  /// depends on them. To be called only if no other process can be writing it.
  public static void deleteLeftovers(Path file) {
    Path target;
    try {
      target = target(file);
    } catch (IOException _) {
      return; // what cannot be written has no writers
    }
    Path folder = requireNonNull(target.getParent());
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var siblings = Files.newDirectoryStream(folder)) {
      for (Path sibling : siblings) {
        if (isLeftover(target, sibling)) {
          discard(sibling);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // A folder that cannot be listed may still be written to.
    }
  }

  /// Whether a path is that of a temporary file that a killed writer of this file has left.
  public static boolean isLeftover(Path file, Path other) {
    String name = String.valueOf(other.getFileName());
    return name.startsWith(prefix(file)) && name.endsWith(TEMPORARY);
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  private static void fill(Path temporary, Content content) throws IOException {
    try (var channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // The current operation or its error matters more; deleteLeftovers can still remove it.
    }
  }

  /// Makes the new name durable. Windows has no such call for folders and needs none.
  private static void force(Path file, Path folder) throws IOException {
    if (!folder.getFileSystem().getSeparator().equals("/")) {
      return;
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new IOException(
          "%s is written, but the disk did not confirm its name: %s; check the disk."
              .formatted(file, FileFailure.reason(e)),
          e);
    }
  }

  private static IOException failure(Path file, Path folder, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "there is no folder %s; create it".formatted(folder);
          case AccessDeniedException _ ->
              "files may not be created in %s; change its permissions".formatted(folder);
          default -> FileFailure.reason(e) + "; free space or check the disk";
        };
    return new IOException(
        "%s cannot be written: %s, or choose another place (what stood there before is unchanged)."
            .formatted(file, reason),
        e);
  }
}
