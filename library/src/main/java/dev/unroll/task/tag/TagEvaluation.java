package dev.unroll.task.tag;

import dev.unroll.model.Inputs;
import dev.unroll.score.SpanCounts;
import dev.unroll.score.SpanCounts.Counts;
import dev.unroll.table.Sentences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Compares tags with those that are right.
///
/// @param form of the tags
/// @param known the tags that the tagger knows
/// @param inputs that say which words are known
record TagEvaluation(TagForm form, List<String> known, Inputs inputs, MajorityTags majority) {
  private static final int CONFUSIONS = 10;

  /// The report.
  ///
  /// @param said of each sentence
  TagReport report(String data, Sentences sentences, List<List<String>> said) {
    var actual = new ArrayList<List<String>>();
    var easy = new ArrayList<List<String>>();
    var unseen = new LinkedHashSet<String>();
    var confused = new TreeMap<String, Map<String, Long>>();
    long unknown = 0;
    long unknownRight = 0;
    for (int i = 0; i < sentences.size(); i++) {
      var tokens = sentences.tokens(i);
      var wanted = form.normalized(sentences.tags(i));
      actual.add(wanted);
      easy.add(majority.of(tokens));
      for (int t = 0; t < tokens.size(); t++) {
        boolean right = wanted.get(t).equals(said.get(i).get(t));
        if (!known.contains(wanted.get(t))) {
          unseen.add(wanted.get(t));
        }
        if (!SpelledWords.knows(inputs, tokens.get(t))) {
          unknown++;
          unknownRight += right ? 1 : 0;
        }
        if (!right) {
          confused.computeIfAbsent(wanted.get(t), _ -> new TreeMap<>())
              .merge(said.get(i).get(t), 1L, Long::sum);
        }
      }
    }
    return new TagReport(data, form == TagForm.SPANS, counts(actual, said), counts(actual, easy),
        unknown, unknownRight, most(confused), List.copyOf(unseen));
  }

  private SpanCounts counts(List<List<String>> actual, List<List<String>> said) {
    return form == TagForm.SPANS ? SpanCounts.of(actual, said) : labels(actual, said);
  }

  private static SpanCounts labels(List<List<String>> actual, List<List<String>> said) {
    var types = new TreeMap<String, long[]>();
    long tokens = 0;
    long right = 0;
    for (int i = 0; i < actual.size(); i++) {
      for (int t = 0; t < actual.get(i).size(); t++) {
        var wanted = actual.get(i).get(t);
        var given = said.get(i).get(t);
        tokens++;
        types.computeIfAbsent(wanted, _ -> new long[3])[0]++;
        types.computeIfAbsent(given, _ -> new long[3])[1]++;
        if (wanted.equals(given)) {
          right++;
          types.get(wanted)[2]++;
        }
      }
    }
    var counts = new LinkedHashMap<String, Counts>();
    types.forEach((type, n) -> counts.put(type, new Counts(n[0], n[1], n[2])));
    return new SpanCounts(counts, tokens, right);
  }

  private static List<TagReport.Confused> most(Map<String, Map<String, Long>> confused) {
    return confused.entrySet().stream()
        .flatMap(tag -> tag.getValue().entrySet().stream()
            .map(said -> new TagReport.Confused(tag.getKey(), said.getKey(), said.getValue())))
        .sorted(Comparator.comparingLong((TagReport.Confused c) -> -c.count()))
        .limit(CONFUSIONS).toList();
  }
}
