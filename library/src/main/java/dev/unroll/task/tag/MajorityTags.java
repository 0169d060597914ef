package dev.unroll.task.tag;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The tags that need no learning: of each word of the training data its most frequent tag, and of
/// every other word the most frequent one of all.
///
/// @param words the tags of the words whose tag is not the most frequent one of all
record MajorityTags(Map<String, String> words, String otherwise) {

  /// Counts them; of equally frequent ones, the first in lexicographic order.
  static MajorityTags of(List<List<String>> tokens, List<List<String>> tags) {
    var byWord = new TreeMap<String, Map<String, Integer>>();
    var all = new HashMap<String, Integer>();
    for (int i = 0; i < tokens.size(); i++) {
      for (int t = 0; t < tokens.get(i).size(); t++) {
        var tag = tags.get(i).get(t);
        byWord.computeIfAbsent(tokens.get(i).get(t), _ -> new HashMap<>())
            .merge(tag, 1, Integer::sum);
        all.merge(tag, 1, Integer::sum);
      }
    }
    var otherwise = most(all);
    var words = new LinkedHashMap<String, String>();
    byWord.forEach((word, counts) -> {
      var tag = most(counts);
      if (!tag.equals(otherwise)) {
        words.put(word, tag);
      }
    });
    return new MajorityTags(words, otherwise);
  }

  private static String most(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .max(Map.Entry.<String, Integer>comparingByValue()
            .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow().getKey();
  }

  List<String> of(List<String> tokens) {
    return tokens.stream().map(token -> words.getOrDefault(token, otherwise)).toList();
  }
}
