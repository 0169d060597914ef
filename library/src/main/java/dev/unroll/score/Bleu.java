package dev.unroll.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// BLEU of a corpus (Papineni et al. 2002), with the tokenization and the smoothing that sacreBLEU
/// has as defaults (Post 2018, arXiv 1804.08771): mteval's 13a, exponential.
///
/// ```
/// p_n  = Σ min(count of the n-gram, most in one reference) / Σ count        n = 1 … 4
/// p_n  = 1 / (2^k Σ count)                for the k-th order without a match
/// BLEU = 100 · exp(min(0, 1 − r/c)) · (p_1 p_2 p_3 p_4)^¼
/// ```
///
/// c is the number of words of the answers, r that of the references, each the one whose length is
/// nearest to its answer.
public final class Bleu {
  private static final int ORDER = 4;

  private static final Pattern SYMBOL =
      Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([\\.,])");
  private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([\\.,])([^0-9])");
  private static final Pattern DASH = Pattern.compile("([0-9])(-)");
  private static final Pattern BLANKS = Pattern.compile("(?U)\\s+");

  private Bleu() {}

  /// BLEU, from 0 to 100; NaN if there is no answer.
  ///
  /// @param references the right answers to each, at least one
  /// @throws IllegalArgumentException if there are not as many references as answers, or none for
  ///     one
  public static double of(List<String> answers, List<List<String>> references) {
    Matched.require(answers, references);
    long[] right = new long[ORDER];
    long[] all = new long[ORDER];
    long length = 0;
    long wanted = 0;
    for (int i = 0; i < answers.size(); i++) {
      var answer = tokens(answers.get(i));
      var most = new HashMap<List<String>, Integer>();
      int nearest = -1;
      for (var reference : references.get(i)) {
        var tokens = tokens(reference);
        grams(tokens).forEach((gram, n) -> most.merge(gram, n, Math::max));
        nearest = nearest < 0 ? tokens.size() : nearer(answer.size(), nearest, tokens.size());
      }
      length += answer.size();
      wanted += nearest;
      grams(answer).forEach((gram, n) -> {
        all[gram.size() - 1] += n;
        right[gram.size() - 1] += Math.min(n, most.getOrDefault(gram, 0));
      });
    }
    return answers.isEmpty() ? Double.NaN : of(right, all, length, wanted);
  }

  private static int nearer(int length, int a, int b) {
    int byDistance = Integer.compare(Math.abs(a - length), Math.abs(b - length));
    return byDistance < 0 || byDistance == 0 && a < b ? a : b;
  }

  private static double of(long[] right, long[] all, long length, long wanted) {
    if (right[0] == 0 || all[ORDER - 1] == 0) {
      return 0;
    }
    double logs = 0;
    double smooth = 1;
    for (int n = 0; n < ORDER; n++) {
      if (right[n] == 0) {
        smooth *= 2;
      }
      logs += StrictMath.log(right[n] == 0 ? 1 / (smooth * all[n]) : (double) right[n] / all[n]);
    }
    double brevity = length < wanted ? 1 - (double) wanted / length : 0;
    return 100 * StrictMath.exp(brevity + logs / ORDER);
  }

  private static Map<List<String>, Integer> grams(List<String> tokens) {
    var grams = new HashMap<List<String>, Integer>();
    for (int n = 1; n <= ORDER; n++) {
      for (int from = 0; from + n <= tokens.size(); from++) {
        grams.merge(tokens.subList(from, from + n), 1, Integer::sum);
      }
    }
    return grams;
  }

  /// The words of a text by the rules of mteval-v13a: symbols are words of their own, and points and
  /// commas that stand in no number.
  public static List<String> tokens(String text) {
    var line = text.stripTrailing().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
        .replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
    line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = DASH.matcher(line).replaceAll("$1 $2 ");
    return words(line);
  }

  /// The parts of a text between white space.
  static List<String> words(String text) {
    var line = BLANKS.matcher(text).replaceAll(" ").strip();
    return line.isEmpty() ? List.of() : List.of(line.split(" "));
  }
}
