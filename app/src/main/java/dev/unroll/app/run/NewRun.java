package dev.unroll.app.run;

import dev.unroll.app.console.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The folder of a new run, claimed before its training is created.
///
/// @param folder given by `--out`, or the next free one under `runs`
/// @param claimed whether this start has created the folder
public record NewRun(Path folder, boolean claimed) implements AutoCloseable {

  /// Checks early that the folder can be used.
  ///
  /// @param name of runs without a given folder
  /// @throws IOException one sentence that says what is there
  public static void require(RunOptions options, Terminal terminal, String name)
      throws IOException {
    RunFolder.requireFree(options.out == null
        ? RunFolder.free(terminal.folder(), name)
        : terminal.path(options.out));
  }

  /// Returns the folder; one under `runs` is created here, so that no two starts get the same.
  /// `--find-rate` creates none.
  ///
  /// @throws IOException one sentence
  public static NewRun of(RunOptions options, Terminal terminal, String name) throws IOException {
    if (options.out != null) {
      return new NewRun(terminal.path(options.out), false);
    }
    return options.findRate
        ? new NewRun(RunFolder.free(terminal.folder(), name), false)
        : new NewRun(RunFolder.claim(terminal.folder(), name), true);
  }

  /// Checks that the folder can be used, and creates it: the given one, or the next free one under
  /// `runs`.
  ///
  /// @param out null for the next free one
  /// @throws IOException one sentence that says what is there
  public static NewRun claim(@Nullable Path out, Terminal terminal, String name)
      throws IOException {
    if (out == null) {
      return new NewRun(RunFolder.claim(terminal.folder(), name), true);
    }
    var folder = terminal.path(out);
    RunFolder.requireFree(folder);
    RunFolder.create(folder);
    return new NewRun(folder, true);
  }

  /// Removes a folder that was claimed and not used: a training that does not fit into memory
  /// writes nothing.
  @Override
  public void close() {
    if (claimed) {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException _) {
        // It holds a run now, or will be an empty folder.
      }
    }
  }
}
