package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.table.Pairs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads pairs as they are named on the command line: one file, or two of lines with a comma between
/// them.
public final class PairFiles {
  private PairFiles() {}

  /// The pairs of a file, or of two.
  ///
  /// @param given `words.tsv`, or `lines.fr,lines.en`
  /// @param source the column of the sources; null to choose it
  /// @param target that of the targets; null to choose it
  /// @throws dev.unroll.data.DataException one sentence, if they cannot be read
  public static Pairs read(Terminal terminal, String given, @Nullable String source,
      @Nullable String target) {
    var file = terminal.path(Path.of(given));
    int comma = given.indexOf(',');
    if (comma < 0 || Files.exists(file)) {
      return Pairs.read(file, source, target);
    }
    return lines(terminal, given.substring(0, comma), given.substring(comma + 1), source, target);
  }

  /// The pairs of two files of lines.
  ///
  /// @param source a column, which such files do not have
  /// @param target likewise
  /// @throws dev.unroll.data.DataException one sentence, if they cannot be read
  public static Pairs lines(Terminal terminal, String sources, String targets,
      @Nullable String source, @Nullable String target) {
    if (source != null || target != null) {
      throw new IllegalArgumentException(
          "two files of lines have no columns, so --source and --target have no use; leave them out");
    }
    return Pairs.lines(terminal.path(Path.of(sources)), terminal.path(Path.of(targets)));
  }
}
