package dev.unroll.app.task;

import dev.unroll.app.console.Terminal;
import dev.unroll.table.Pairs;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads pairs as they are named on the command line: one file, or two of lines with a comma
/// between them.
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

  /// The files that a name stands for: one, or the two with a comma between them.
  public static List<String> of(Terminal terminal, String given) {
    int comma = given.indexOf(',');
    return comma < 0 || Files.exists(terminal.path(Path.of(given))) ? List.of(given)
        : List.of(given.substring(0, comma), given.substring(comma + 1));
  }

  /// The pairs to test a transducer on: without named columns those of its training, if the file
  /// has them.
  ///
  /// @param trained the names of the columns of the training
  /// @throws dev.unroll.data.DataException one sentence, if they cannot be read
  public static Pairs read(Terminal terminal, String given, @Nullable String source,
      @Nullable String target, List<String> trained) {
    if (source == null && target == null) {
      var pairs = read(terminal, given, null, null);
      return pairs.columns().equals(trained) ? pairs
          : pairs.named(trained.getFirst(), trained.getLast()).orElse(pairs);
    }
    return read(terminal, given, source, target);
  }

  /// Whether a file has cells between tabs, which need no head.
  ///
  /// @throws IOException if it cannot be read
  public static boolean hasTabs(Path file) throws IOException {
    var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.matches(".*\\.(tsv|tab|txt)") || !Files.isRegularFile(file)) {
      return name.endsWith(".tsv.gz");
    }
    try (var in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (next == '\t') {
          return true;
        }
      }
    }
    return false;
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
          "two files of lines have no columns, so --source and --target have no use; leave them "
              + "out");
    }
    return Pairs.lines(terminal.path(Path.of(sources)), terminal.path(Path.of(targets)));
  }
}
