package dev.unroll.bench.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Texts with places for what is measured: from `<!-- measured: NAME -->` to `<!-- end -->`. A name
/// has one place in one of the texts.
final class Document {
  private static final String END = "<!-- end -->";

  private final Map<Path, String> texts = new LinkedHashMap<>();

  Document(Path... files) throws IOException {
    for (var file : files) {
      texts.put(file, Files.readString(file));
    }
  }

  /// Puts new text at a place.
  ///
  /// @throws IllegalStateException if there is no such place
  void put(String name, String content) {
    var begin = "<!-- measured: %s -->".formatted(name);
    for (var entry : texts.entrySet()) {
      var text = entry.getValue();
      int from = text.indexOf(begin);
      int to = from < 0 ? -1 : text.indexOf(END, from);
      if (to >= 0) {
        entry.setValue(text.substring(0, from + begin.length()) + "\n" + content.strip() + "\n"
            + text.substring(to));
        return;
      }
    }
    throw new IllegalStateException("%s: no place '%s … %s'; put it back"
        .formatted(texts.keySet(), begin, END));
  }

  void write() throws IOException {
    for (var entry : texts.entrySet()) {
      Files.writeString(entry.getKey(), entry.getValue());
    }
  }
}
