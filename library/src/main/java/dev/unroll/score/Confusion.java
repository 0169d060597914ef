package dev.unroll.score;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A confusion matrix, and the measures that follow from it.
///
/// ```
/// precision_c = n_cc / Σ_a n_ac      recall_c = n_cc / Σ_p n_cp      F1_c = 2 P R / (P + R)
/// macro F1 = mean of F1_c over classes that occur or were predicted      micro F1 = accuracy
/// ```
///
/// The precision of a class that was never predicted is 0, and so is an F1 without a true positive.
///
/// A class may be one that the model cannot predict: an unseen label is an actual class of its own,
/// always wrong. Immutable; the counts are copied.
public final class Confusion {
  private final List<String> labels;
  private final long[][] counts;

  private Confusion(List<String> labels, long[][] counts) {
    this.labels = labels;
    this.counts = counts;
  }

  /// Makes a matrix of counts `[actual][predicted]`.
  ///
  /// @throws IllegalArgumentException if there are not as many rows and columns as labels, or one
  ///     is negative
  public static Confusion of(List<String> labels, long[][] counts) {
    var copy = new long[counts.length][];
    for (int row = 0; row < counts.length; row++) {
      copy[row] = counts[row].clone();
      if (copy[row].length != labels.size() || Arrays.stream(copy[row]).anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException(
            "Confusion: row %d is %s, expected %d counts of at least 0."
                .formatted(row, Arrays.toString(copy[row]), labels.size()));
      }
    }
    if (copy.length != labels.size()) {
      throw new IllegalArgumentException("Confusion: %d rows, expected one for each of %d labels."
          .formatted(copy.length, labels.size()));
    }
    return new Confusion(List.copyOf(labels), copy);
  }

  /// Counts predictions.
  ///
  /// @param actual the class of each sample, from 0
  /// @param predicted the predicted class of each sample
  /// @throws IllegalArgumentException if the lengths differ, or one is not a class
  public static Confusion of(List<String> labels, int[] actual, int[] predicted) {
    if (actual.length != predicted.length) {
      throw new IllegalArgumentException("Confusion: %d classes, but %d answers."
          .formatted(actual.length, predicted.length));
    }
    var counts = new long[labels.size()][labels.size()];
    for (int i = 0; i < actual.length; i++) {
      counts[require(actual[i], labels)][require(predicted[i], labels)]++;
    }
    return new Confusion(List.copyOf(labels), counts);
  }

  private static int require(int label, List<String> labels) {
    if (label < 0 || label >= labels.size()) {
      throw new IllegalArgumentException("Confusion: there is no class %d, only 0 to %d."
          .formatted(label, labels.size() - 1));
    }
    return label;
  }

  /// The classes.
  public List<String> labels() {
    return labels;
  }

  /// The number of samples of class `actual` that were predicted as `predicted`.
  public long count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  /// The number of samples.
  public long total() {
    return Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).sum();
  }

  /// The number of samples of a class: its support.
  public long actual(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  /// The number of predictions of a class.
  public long predicted(int label) {
    return Arrays.stream(counts).mapToLong(row -> row[label]).sum();
  }

  /// The share of right predictions; NaN without samples. It is also the micro average of
  /// precision, recall and F1, as each sample has one class and one prediction.
  public double accuracy() {
    long right = 0;
    for (int c = 0; c < counts.length; c++) {
      right += counts[c][c];
    }
    return (double) right / total();
  }

  /// The accuracy of always predicting the most frequent class.
  public double majority() {
    long most = 0;
    for (int c = 0; c < counts.length; c++) {
      most = Math.max(most, actual(c));
    }
    return (double) most / total();
  }

  /// The share of the predictions of a class that are right.
  public double precision(int label) {
    return ratio(counts[label][label], predicted(label));
  }

  /// The share of the samples of a class that are found.
  public double recall(int label) {
    return ratio(counts[label][label], actual(label));
  }

  /// The harmonic mean of precision and recall.
  public double f1(int label) {
    return ratio(2 * counts[label][label], actual(label) + predicted(label));
  }

  private static double ratio(long part, long all) {
    return all == 0 ? 0 : (double) part / all;
  }

  /// The mean of F1 over the classes that occur or were predicted; NaN without samples.
  public double macroF1() {
    double sum = 0;
    int n = 0;
    for (int c = 0; c < counts.length; c++) {
      if (actual(c) + predicted(c) > 0) {
        sum += f1(c);
        n++;
      }
    }
    return sum / n;
  }

  /// The mean recall over the classes that occur: the balanced accuracy.
  public double balancedAccuracy() {
    double sum = 0;
    int n = 0;
    for (int c = 0; c < counts.length; c++) {
      if (actual(c) > 0) {
        sum += recall(c);
        n++;
      }
    }
    return sum / n;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d samples, accuracy %.1f %%, macro F1 %.1f %%", total(),
        100 * accuracy(), 100 * macroF1());
  }
}
