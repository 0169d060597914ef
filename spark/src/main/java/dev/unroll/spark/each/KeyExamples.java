package dev.unroll.spark.each;

import dev.unroll.data.DataException;
import dev.unroll.data.Values;
import dev.unroll.table.Sequences;
import dev.unroll.table.Texts;
import dev.unroll.task.Classification;
import dev.unroll.task.Classifier;
import dev.unroll.task.ClassifierOptions;
import dev.unroll.task.ClassifierReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import scala.collection.Seq;

/// The rows that [ClassifyEach] makes of a table, as examples: texts, or sequences, with labels.
///
/// @param inputs each a text or a [Seq] of steps
record KeyExamples(List<Object> inputs, List<String> labels) {

  /// Refuses a column that classifiers do not read.
  static void require(StructField column) {
    var type = column.dataType();
    var element = type instanceof ArrayType array ? array.elementType() : type;
    var number = element instanceof ArrayType array ? array.elementType() : element;
    if (!(type instanceof StringType)
        && (element.equals(type) || !(number instanceof NumericType))) {
      throw new DataException(("the column %s has %s, expected texts, an array<array<float>> of "
          + "steps, or an array<float> with a number a step").formatted(column.name(),
              type.catalogString()));
    }
  }

  /// The examples of some keys.
  ///
  /// @param rows a key, its inputs, its labels
  static KeyExamples of(List<Row> rows) {
    var inputs = new ArrayList<Object>();
    var labels = new ArrayList<String>();
    for (var row : rows) {
      inputs.addAll(row.getList(1));
      labels.addAll(row.getList(2));
    }
    return new KeyExamples(inputs, labels);
  }

  int size() {
    return labels.size();
  }

  int classes() {
    return new HashSet<>(labels).size();
  }

  /// The share of the most frequent label.
  double mostFrequent() {
    var counts = new HashMap<String, Integer>();
    labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    return (double) Collections.max(counts.values()) / size();
  }

  private boolean texts() {
    return !inputs.isEmpty() && inputs.getFirst() instanceof String;
  }

  Classifier train(ClassifierOptions options) {
    return texts() ? Classifier.train(asTexts(), options)
        : Classifier.train(asSequences(), options);
  }

  ClassifierReport judge(Classifier classifier) {
    return texts() ? classifier.evaluate(asTexts()) : classifier.evaluate(asSequences());
  }

  private Texts asTexts() {
    return Texts.of(inputs.stream().map(String.class::cast).toList(), labels);
  }

  private Sequences asSequences() {
    return Sequences.of(inputs.stream().map(KeyExamples::steps).toList(), labels);
  }

  /// The answers for inputs.
  ///
  /// @throws DataException if the classifier cannot read one
  static List<Classification> answers(Classifier classifier, List<Object> inputs) {
    if (inputs.isEmpty()) {
      return List.of();
    }
    return inputs.getFirst() instanceof String
        ? classifier.classifyTexts(inputs.stream().map(String.class::cast).toList())
        : classifier.classifySequences(
            inputs.stream().map(cell -> Values.Features.ofRows(steps(cell))).toList());
  }

  private static float[][] steps(Object input) {
    var cell = (Seq<?>) input;
    if (cell.isEmpty()) {
      throw new DataException("a sequence has no steps, expected at least 1; leave it out");
    }
    boolean rows = cell.exists(step -> step instanceof Seq<?>);
    var steps = new float[cell.length()][];
    for (int t = 0; t < steps.length; t++) {
      var step = cell.apply(t);
      if (rows && step == null) {
        throw new DataException(
            "step %d of a sequence is missing, expected its numbers".formatted(t));
      }
      steps[t] = step(step);
    }
    return steps;
  }

  private static float[] step(Object step) {
    if (!(step instanceof Seq<?> numbers)) {
      return new float[] {number(step)};
    }
    var row = new float[numbers.length()];
    for (int f = 0; f < row.length; f++) {
      row[f] = number(numbers.apply(f));
    }
    return row;
  }

  private static float number(Object element) {
    return element instanceof Number number ? number.floatValue() : Float.NaN;
  }
}
