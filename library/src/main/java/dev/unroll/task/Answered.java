package dev.unroll.task;

import dev.unroll.score.Calibration;
import dev.unroll.score.Confusion;
import dev.unroll.score.RocCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Samples with the predictions of a classifier, from which a report is made.
///
/// @param known the labels of the classifier
/// @param actual the label of each sample
/// @param probabilities of each sample, one for each known label
/// @param shown a sample as text, for the list of mistakes
/// @param where the place of each sample
record Answered(List<String> known, List<String> actual, List<double[]> probabilities,
    IntFunction<String> shown, IntFunction<String> where) {
  private static final int MISTAKES = 10;

  ClassifierReport report(String data, String majority) {
    var labels = new ArrayList<>(known);
    var unseen = new LinkedHashMap<String, Long>();
    int n = actual.size();
    int[] classes = new int[n];
    int[] said = new int[n];
    boolean[] right = new boolean[n];
    double[] confidence = new double[n];
    for (int i = 0; i < n; i++) {
      var label = actual.get(i);
      if (!labels.contains(label)) {
        labels.add(label);
      }
      classes[i] = labels.indexOf(label);
      if (classes[i] >= known.size()) {
        unseen.merge(label, 1L, Long::sum);
      }
      said[i] = most(probabilities.get(i));
      right[i] = said[i] == classes[i];
      confidence[i] = probabilities.get(i)[said[i]];
    }
    long baseline = actual.stream().filter(majority::equals).count();
    return new ClassifierReport(data, Confusion.of(labels, classes, said), majority,
        n == 0 ? Double.NaN : (double) baseline / n, area(classes),
        Calibration.error(confidence, right, Calibration.BINS), unseen,
        mistakes(said, right, confidence));
  }

  private static int most(double[] probabilities) {
    int most = 0;
    for (int c = 1; c < probabilities.length; c++) {
      most = probabilities[c] > probabilities[most] ? c : most;
    }
    return most;
  }

  /// The area under the ROC curve of the second of two classes; NaN for more.
  private double area(int[] classes) {
    if (known.size() != 2) {
      return Double.NaN;
    }
    var inside = IntStream.range(0, classes.length).filter(i -> classes[i] < 2).toArray();
    double[] scores = new double[inside.length];
    boolean[] positive = new boolean[inside.length];
    for (int i = 0; i < inside.length; i++) {
      scores[i] = probabilities.get(inside[i])[1];
      positive[i] = classes[inside[i]] == 1;
    }
    return RocCurve.area(scores, positive);
  }

  private List<ClassifierReport.Mistake> mistakes(int[] said, boolean[] right,
      double[] confidence) {
    return IntStream.range(0, right.length).filter(i -> !right[i]).boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -confidence[i]))
        .limit(MISTAKES)
        .map(i -> new ClassifierReport.Mistake(where.apply(i), shown.apply(i), actual.get(i),
            known.get(said[i]), confidence[i]))
        .toList();
  }
}
