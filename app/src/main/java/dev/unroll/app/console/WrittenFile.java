package dev.unroll.app.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that a command writes, checked before anything is computed.
public final class WrittenFile {
  private WrittenFile() {}

  /// Refuses to write over a file that the command reads, under whatever path.
  ///
  /// @param input what it reads
  /// @param what it is, in a few words: `the model that is exported`
  /// @throws IllegalArgumentException one sentence, if both are one file
  /// @throws IOException if the file system cannot say
  public static void requireOther(Path target, Path input, String what) throws IOException {
    if (Files.exists(target) && Files.exists(input) && Files.isSameFile(target, input)) {
      throw new IllegalArgumentException(
          "%s is %s, and would be overwritten; choose another file to write".formatted(target,
              what));
    }
  }
}
