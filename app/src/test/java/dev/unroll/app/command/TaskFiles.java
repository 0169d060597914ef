package dev.unroll.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Small data for each task, in files.
final class TaskFiles {
  private TaskFiles() {}

  /// Writes `reviews.csv`, `words.jsonl`, `pairs.tsv` and `wave.csv`.
  ///
  /// @param rows of the first three
  /// @param first the first number of the pairs
  /// @param steps of the last one
  static void write(Path folder, int rows, int first, int steps) throws IOException {
    var reviews = new StringBuilder("review,mood\n");
    var words = new StringBuilder();
    var pairs = new StringBuilder("source\ttarget\n");
    for (int i = 0; i < rows; i++) {
      var word = i % 2 == 0 ? "good" : "bad";
      reviews.append("the film %d was %s,%s\n".formatted(i, word, i % 2 == 0 ? "pos" : "neg"));
      words.append("{\"tokens\":[\"it%d\",\"was\",\"%s\"],\"tags\":[\"N\",\"V\",\"A\"]}\n"
          .formatted(i, word));
      pairs.append("%d\t%d\n".formatted(first + i, 7 * (first + i)));
    }
    var wave = new StringBuilder("value\n");
    for (int t = 0; t < steps; t++) {
      wave.append(20 + 5 * Math.sin(2 * Math.PI * t / 12) + t % 5).append('\n');
    }
    Files.writeString(folder.resolve("reviews.csv"), reviews);
    Files.writeString(folder.resolve("words.jsonl"), words);
    Files.writeString(folder.resolve("pairs.tsv"), pairs);
    Files.writeString(folder.resolve("wave.csv"), wave);
  }
}
