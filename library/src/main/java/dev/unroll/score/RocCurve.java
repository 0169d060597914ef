package dev.unroll.score;

import java.util.Comparator;
import java.util.stream.IntStream;

/// The area under the receiver operating characteristic of two classes: the probability that a
/// positive sample gets a higher score than a negative one, with ties counting half (Hanley and
/// McNeil 1982).
public final class RocCurve {
  private RocCurve() {}

  /// The area, by ranks; NaN if one of the classes has no sample.
  ///
  /// @param scores of each sample, higher is more positive
  /// @param positive whether each sample is positive
  /// @throws IllegalArgumentException if the lengths differ, or a score is NaN
  public static double area(double[] scores, boolean[] positive) {
    int n = scores.length;
    if (positive.length != n || IntStream.range(0, n).anyMatch(i -> Double.isNaN(scores[i]))) {
      throw new IllegalArgumentException(
          "RocCurve: %d scores and %d classes, expected as many and no NaN."
              .formatted(n, positive.length));
    }
    var order = IntStream.range(0, n).boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i])).toList();
    double ranks = 0;
    long positives = 0;
    for (int from = 0; from < n;) {
      int to = from;
      long tied = 0;
      while (to < n && scores[order.get(to)] == scores[order.get(from)]) {
        tied += positive[order.get(to)] ? 1 : 0;
        to++;
      }
      ranks += tied * (from + 1 + to) / 2.0; // tied samples have the mean of their ranks
      positives += tied;
      from = to;
    }
    double pairs = (double) positives * (n - positives);
    return (ranks - positives * (positives + 1) / 2.0) / pairs;
  }
}
