package dev.unroll.examples.quickstart;

import dev.unroll.table.Conll;
import dev.unroll.task.tag.Tagger;
import java.io.IOException;
import java.nio.file.Path;

/// A tagger of names in texts, from files in the format of CoNLL, used by another process.
final class TagNames {
  /// Trains on one file; another one chooses the epoch.
  static void train(Path train, Path dev, Path file) throws IOException {
    var tagger = Tagger.train(Conll.read(train), Conll.read(dev));
    IO.println(tagger.report());
    tagger.save(file);
  }

  /// The names in a text, with what they are.
  static void tag(Path file, String text) throws IOException {
    for (var span : Tagger.load(file).tag(text).spans()) {
      IO.println("%s %s %.2f".formatted(span.text(), span.type(), span.probability()));
    }
  }
}
