package dev.unroll.spark.each;

import dev.unroll.spark.file.ModelBytes;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.spark.api.java.function.CoGroupFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/// Answers for the rows of a key, by its own model or by the fallback.
final class KeyAnswers implements CoGroupFunction<String, Row, Row, Row> {
  private static final long serialVersionUID = 1;

  /// The most rows that are answered at a time.
  private static final int ROWS = 512;

  private final int input;
  private final byte @Nullable [] fallback;
  private transient @Nullable Classifier global;

  /// @param input the index of the column that is read
  KeyAnswers(int input, byte @Nullable [] fallback) {
    this.input = input;
    this.fallback = fallback;
  }

  /// @param key as [EachKey#text]
  @Override
  public Iterator<Row> call(String key, Iterator<Row> rows, Iterator<Row> models)
      throws IOException {
    var trained = models.hasNext() ? models.next() : null;
    byte @Nullable [] file = trained == null ? null : trained.getAs(1);
    var source = file != null ? KeyForecasts.OWN : fallback != null ? KeyForecasts.GLOBAL : null;
    var classifier =
        file != null ? Classifier.of(ModelBytes.task(file, "the model of key " + key.substring(1)))
            : global();
    var why = trained != null ? trained.<String>getAs(2)
        : key.isEmpty() ? "the row has no key" : "the key has no model";
    return new Iterator<>() {
      private final ArrayDeque<Row> answered = new ArrayDeque<>();

      @Override
      public boolean hasNext() {
        return !answered.isEmpty() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (answered.isEmpty()) {
          var some = new ArrayList<Row>();
          while (rows.hasNext() && some.size() < ROWS) {
            some.add(rows.next());
          }
          if (classifier == null || source == null) {
            some.forEach(row -> answered.add(
                with(row, row.isNullAt(input) ? null : RowFactory.create(null, null, null, why))));
          } else {
            answer(some, classifier, source, answered);
          }
        }
        return answered.remove();
      }
    };
  }

  private @Nullable Classifier global() throws IOException {
    var file = fallback;
    if (global == null && file != null) {
      global = Classifier.of(ModelBytes.task(file, "the fallback"));
    }
    return global;
  }

  /// Answers for all rows at once, or for one after another if there is one that cannot be read.
  private void answer(List<Row> rows, Classifier classifier, String source, Queue<Row> answered) {
    var present = rows.stream().filter(row -> !row.isNullAt(input)).map(row -> row.get(input))
        .toList();
    Iterator<Classification> all;
    try {
      all = KeyExamples.answers(classifier, present).iterator();
    } catch (RuntimeException e) {
      rows.forEach(row -> answered
          .add(with(row, row.isNullAt(input) ? null : one(row.get(input), classifier, source))));
      return;
    }
    rows.forEach(row -> answered.add(
        with(row, row.isNullAt(input) ? null : told(all.next(), source))));
  }

  private static Row one(Object cell, Classifier classifier, String source) {
    try {
      return told(KeyExamples.answers(classifier, List.of(cell)).getFirst(), source);
    } catch (RuntimeException e) {
      // The number of the sequence is not that of the row, which was read alone.
      return RowFactory.create(null, null, source,
          EachKey.why(e).replaceFirst("^sequence 1\\b", "the sequence"));
    }
  }

  private static Row told(Classification answer, String source) {
    return RowFactory.create(answer.label(), answer.probability(), source, null);
  }

  private static Row with(Row row, @Nullable Row answer) {
    var values = new @Nullable Object[row.length() + 1];
    for (int i = 0; i < row.length(); i++) {
      values[i] = row.get(i);
    }
    values[row.length()] = answer;
    return RowFactory.create(values);
  }
}
