package dev.unroll.datasets.format;

import java.nio.file.Path;

/// A user's text, as UTF-8, plain or gzip.
public final class TextFile {
  private TextFile() {}

  /// The text of a file, without a byte order mark.
  ///
  /// @throws dev.unroll.data.DataException one sentence, if the file is missing, a folder, may not
  ///     be read, is empty, not UTF-8, damaged gzip, or larger than 1 GiB or an eighth of the
  ///     memory of the JVM
  public static String read(Path file) {
    return SourceBytes.of(file).text();
  }
}
