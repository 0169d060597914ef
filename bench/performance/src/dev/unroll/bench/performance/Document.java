package dev.unroll.bench.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text with places for what is measured: from `<!-- measured: NAME -->` to `<!-- end -->`.
final class Document {
  private static final String END = "<!-- end -->";

  private final Path file;
  private String text;

  Document(Path file) throws IOException {
    this.file = file;
    text = Files.readString(file);
  }

  /// Puts new text at a place.
  ///
  /// @throws IllegalStateException if there is no such place
  void put(String name, String content) {
    var begin = "<!-- measured: %s -->".formatted(name);
    int from = text.indexOf(begin);
    int to = from < 0 ? -1 : text.indexOf(END, from);
    if (to < 0) {
      throw new IllegalStateException(
          "%s has no place '%s … %s'; put it back".formatted(file, begin, END));
    }
    text = text.substring(0, from + begin.length()) + "\n" + content.strip() + "\n"
        + text.substring(to);
  }

  void write() throws IOException {
    Files.writeString(file, text);
  }
}
