package dev.unroll.task;

import dev.unroll.format.FormatException;
import dev.unroll.format.json.JsonFields;
import dev.unroll.score.Confusion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The evaluation of a classifier on some data.
///
/// @param data the name of the test data
/// @param confusion the confusion matrix; labels that the classifier does not know are classes of
///     their own, never predicted
/// @param majority the most frequent class of the data it was trained on
/// @param baseline the accuracy of always predicting that class
/// @param area under the ROC curve of two classes; NaN for more
/// @param calibrationError the expected calibration error in 15 bins
/// @param unseen labels that the classifier does not know, with their counts: always wrong
/// @param mistakes the ten wrong predictions with the highest probability, the highest first
public record ClassifierReport(String data, Confusion confusion, String majority, double baseline,
    double area, double calibrationError, SequencedMap<String, Long> unseen,
    List<Mistake> mistakes) {

  /// The 97.5 % quantile of the normal distribution.
  private static final double NORMAL = 1.959964;

  /// A wrong prediction.
  ///
  /// @param where the place of the sample
  /// @param input the beginning of the text, or the size of the sequence
  /// @param label the right class
  /// @param said the predicted class
  /// @param probability of the predicted class
  public record Mistake(String where, String input, String label, String said,
      double probability) {}

  /// The share of right predictions.
  public double accuracy() {
    return confusion.accuracy();
  }

  /// The interval that has the accuracy on further data of the kind with a probability of 95 %
  /// (Wilson 1927): not empty where all predictions were right.
  public Interval interval() {
    double n = confusion.total();
    double p = accuracy();
    double z2 = NORMAL * NORMAL;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = NORMAL * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
  }

  /// An interval of shares.
  public record Interval(double low, double high) {}

  /// Macro F1, the mean of F1 over the classes.
  public double macroF1() {
    return confusion.macroF1();
  }

  /// Macro F1 of always predicting the most frequent class.
  public double baselineMacroF1() {
    int label = confusion.labels().indexOf(majority);
    if (label < 0) {
      return 0;
    }
    long n = confusion.total();
    long hits = confusion.actual(label);
    int occurring = 0;
    for (int c = 0; c < confusion.labels().size(); c++) {
      occurring += confusion.actual(c) > 0 || c == label ? 1 : 0;
    }
    return 2.0 * hits / (n + hits) / occurring;
  }

  /// The report as JSON fields, for [#of].
  public SequencedMap<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("data", data);
    fields.put("labels", confusion.labels());
    var counts = new ArrayList<List<Long>>();
    for (int a = 0; a < confusion.labels().size(); a++) {
      var row = new ArrayList<Long>();
      for (int p = 0; p < confusion.labels().size(); p++) {
        row.add(confusion.count(a, p));
      }
      counts.add(row);
    }
    fields.put("confusion", counts);
    fields.put("accuracy", accuracy());
    fields.put("macroF1", macroF1());
    fields.put("majority", majority);
    fields.put("baseline", baseline);
    if (!Double.isNaN(area)) {
      fields.put("area", area);
    }
    fields.put("calibrationError", calibrationError);
    fields.put("unseen", new LinkedHashMap<String, Object>(unseen));
    fields.put("mistakes", mistakes.stream().map(mistake -> {
      var one = new LinkedHashMap<String, Object>();
      one.put("where", mistake.where());
      one.put("input", mistake.input());
      one.put("label", mistake.label());
      one.put("said", mistake.said());
      one.put("probability", mistake.probability());
      return one;
    }).toList());
    return fields;
  }

  /// Reads the fields that [#fields] returns.
  ///
  /// @throws FormatException if something is missing or of another type
  public static ClassifierReport of(JsonFields fields) throws FormatException {
    var labels = fields.strings("labels");
    var rows = fields.list("confusion");
    var counts = new long[rows.size()][];
    for (int a = 0; a < counts.length; a++) {
      counts[a] = rows.get(a) instanceof List<?> row
          ? row.stream().mapToLong(n -> n instanceof Long count ? count : -1).toArray()
          : new long[0];
    }
    var mistakes = new ArrayList<Mistake>();
    for (var one : fields.objects("mistakes")) {
      mistakes.add(new Mistake(one.string("where"), one.string("input"), one.string("label"),
          one.string("said"), one.number("probability")));
    }
    var unseen = new LinkedHashMap<String, Long>();
    var stored = fields.object("unseen");
    for (var label : stored.keys()) {
      unseen.put(label, stored.longInteger(label));
    }
    try {
      return new ClassifierReport(fields.string("data"), Confusion.of(labels, counts),
          fields.string("majority"), fields.number("baseline"),
          fields.has("area") ? fields.number("area") : Double.NaN,
          fields.number("calibrationError"), unseen, mistakes);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          "the report of a classifier is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return ReportText.of(this);
  }
}
