package dev.unroll.examples.quickstart;

import dev.unroll.table.Table;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import java.io.IOException;
import java.nio.file.Path;

/// Trains a classifier of texts from a table, and uses it in another process.
final class ClassifyReviews {
  static void train(Path csv, Path file) throws IOException {
    var classifier = Classifier.train(Table.csv(csv).text("review").label("sentiment"));
    IO.println(classifier.report()); // beside always the most frequent label
    classifier.save(file);
  }

  static Classification classify(Path file, String review) throws IOException {
    return Classifier.load(file).classify(review); // also with words that were never seen
  }
}
