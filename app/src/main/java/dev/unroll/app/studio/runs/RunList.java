package dev.unroll.app.studio.runs;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The runs of a folder, by name: what a request names is looked up here, so that no request leads
/// to another path. Thread-safe.
public final class RunList {
  private final Path folder;
  private final TreeMap<String, Run> runs = new TreeMap<>();
  private final SummaryReader reader = new SummaryReader();

  /// The runs in a folder, or the one run that the folder is.
  public RunList(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /// The folder.
  public Path folder() {
    return folder;
  }

  /// All runs, the one that has changed last first.
  ///
  /// @throws IOException if the folder cannot be read
  public synchronized List<Run> all() throws IOException {
    var found = new TreeMap<String, Path>();
    if (Run.isOne(folder)) {
      found.put(String.valueOf(folder.getFileName()), folder);
    } else if (Files.isDirectory(folder)) {
      try (var inside = Files.newDirectoryStream(folder)) {
        for (var path : inside) {
          if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && Run.isOne(path)) {
            found.put(String.valueOf(path.getFileName()), path);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    runs.keySet().retainAll(found.keySet());
    found.forEach((name, path) -> runs.computeIfAbsent(name, _ -> new Run(name, path)));
    return List.copyOf(runs.values());
  }

  /// The run of a name; empty if there is none.
  public synchronized Optional<Run> named(String name) throws IOException {
    all();
    return Optional.ofNullable(runs.get(name));
  }

  /// The rows of the list, the one that has changed last first; soon, with what is known of runs
  /// whose logs are long to read.
  public List<Object> summaries() throws IOException {
    var rows = reader.read(all());
    rows.sort(Comparator.comparingLong(
        row -> row.get("changed") instanceof Long changed ? -changed : 0));
    return List.copyOf(rows);
  }
}
