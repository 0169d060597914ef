package dev.unroll.datasets;

import java.nio.file.Path;

/// A text of the user's own, as UTF-8, plain or gzip.
public final class TextFile {
  private TextFile() {}

  /// The text of a file, without a byte order mark.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if the file is missing, a folder, may not
  ///     be read, is empty, not UTF-8, damaged gzip, or larger than 1 GiB or an eighth of the memory
  ///     Java may take
  public static String read(Path file) {
    return Source.of(file).text();
  }
}
