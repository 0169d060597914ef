package dev.unroll.score;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// chrF of a corpus (Popović 2015): how many character n-grams of the answers are in the references
/// and the other way round, as sacreBLEU computes it: without white space, n from 1 to 6, and of
/// several references the one with the best score.
///
/// ```
/// P_n = Σ common / Σ n-grams of the answers      R_n = Σ common / Σ n-grams of the references
/// chrF = 100 (1 + β²) P R / (β² P + R)           P, R: means over the n of which there are n-grams
/// ```
public final class ChrF {
  private static final int ORDER = 6;

  private ChrF() {}

  /// chrF2, from 0 to 100: recall counts twice as much as precision, β = 2. NaN if there is no
  /// answer.
  ///
  /// @param references the right answers to each, at least one
  /// @throws IllegalArgumentException if there are not as many references as answers, or none for
  ///     one
  public static double of(List<String> answers, List<List<String>> references) {
    return of(answers, references, 2);
  }

  /// The same with another β.
  public static double of(List<String> answers, List<List<String>> references, double beta) {
    Matched.require(answers, references);
    var sums = new long[ORDER][3];
    for (int i = 0; i < answers.size(); i++) {
      var grams = grams(answers.get(i));
      long[][] best = {};
      double most = -1;
      for (var reference : references.get(i)) {
        var counts = counts(grams, grams(reference));
        double score = score(counts, beta);
        if (score > most) {
          most = score;
          best = counts;
        }
      }
      for (int n = 0; n < ORDER; n++) {
        for (int k = 0; k < 3; k++) {
          sums[n][k] += best[n][k];
        }
      }
    }
    return answers.isEmpty() ? Double.NaN : score(sums, beta);
  }

  /// For each n: n-grams of the answer, of the reference, and common ones.
  private static long[][] counts(List<Map<String, Integer>> answer,
      List<Map<String, Integer>> reference) {
    var counts = new long[ORDER][3];
    for (int n = 0; n < ORDER; n++) {
      var other = reference.get(n);
      for (var entry : answer.get(n).entrySet()) {
        counts[n][0] += entry.getValue();
        counts[n][2] += Math.min(entry.getValue(), other.getOrDefault(entry.getKey(), 0));
      }
      counts[n][1] = other.values().stream().mapToLong(count -> count).sum();
    }
    return counts;
  }

  private static double score(long[][] counts, double beta) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (long[] n : counts) {
      if (n[0] > 0 && n[1] > 0) {
        precision += (double) n[2] / n[0];
        recall += (double) n[2] / n[1];
        orders++;
      }
    }
    if (precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + beta * beta) * precision * recall / (beta * beta * precision + recall);
  }

  private static List<Map<String, Integer>> grams(String text) {
    int[] characters = String.join("", Bleu.words(text)).codePoints().toArray();
    var grams = Arrays.<Map<String, Integer>>asList(new HashMap<>(), new HashMap<>(),
        new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    for (int n = 1; n <= ORDER; n++) {
      for (int from = 0; from + n <= characters.length; from++) {
        grams.get(n - 1).merge(new String(characters, from, n), 1, Integer::sum);
      }
    }
    return grams;
  }
}
