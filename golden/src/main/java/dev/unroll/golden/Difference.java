package dev.unroll.golden;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// How far two golden files are apart: everything but the numbers must be the same text.
final class Difference {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private Difference() {}

  /// The largest difference of two numbers in the same place, or infinity where the texts around
  /// the numbers differ.
  static double largest(String a, String b) {
    if (!NUMBER.matcher(a).replaceAll("#").equals(NUMBER.matcher(b).replaceAll("#"))) {
      return Double.POSITIVE_INFINITY;
    }
    List<Double> left = numbers(a);
    List<Double> right = numbers(b);
    double largest = 0;
    for (int k = 0; k < left.size(); k++) {
      largest = Math.max(largest, Math.abs(left.get(k) - right.get(k)));
    }
    return largest;
  }

  private static List<Double> numbers(String text) {
    return NUMBER.matcher(text).results().map(MatchResult::group).map(Double::valueOf).toList();
  }
}
