package dev.unroll.task.transduce;

import dev.unroll.data.split.Partition;
import dev.unroll.table.Pairs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// The different sources of pairs, each with all its right targets, in the order in which they occur.
///
/// @param sources in NFC
/// @param references the right targets of each, in NFC, at least one
/// @param where the place of the first pair of each
record Questions(List<String> sources, List<List<String>> references, List<String> where) {

  static Questions of(Pairs pairs) {
    Map<String, Set<String>> targets = new LinkedHashMap<>();
    var where = new ArrayList<String>();
    var all = pairs.sources();
    var right = pairs.targets();
    for (int i = 0; i < pairs.size(); i++) {
      var source = Segmentation.normal(all.get(i));
      var known = targets.get(source);
      if (known == null) {
        known = new LinkedHashSet<>();
        targets.put(source, known);
        where.add(pairs.where(i));
      }
      known.add(Segmentation.normal(right.get(i)));
    }
    return new Questions(List.copyOf(targets.keySet()),
        targets.values().stream().map(List::copyOf).toList(), where);
  }

  int size() {
    return sources.size();
  }

  /// Up to so many of them, evenly spread.
  Questions atMost(int most) {
    int n = Math.min(most, size());
    return some(IntStream.range(0, n).map(i -> (int) ((long) i * size() / n)).toArray());
  }

  /// Those whose sources fulfil a condition.
  Questions which(Predicate<String> condition) {
    return some(IntStream.range(0, size()).filter(i -> condition.test(sources.get(i))).toArray());
  }

  private Questions some(int[] numbers) {
    return new Questions(Partition.some(sources, numbers), Partition.some(references, numbers),
        Partition.some(where, numbers));
  }
}
