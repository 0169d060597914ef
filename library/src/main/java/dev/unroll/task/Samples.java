package dev.unroll.task;

import dev.unroll.data.DataException;
import dev.unroll.data.split.Partition;
import dev.unroll.data.text.Excerpt;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The common properties of texts and sequences: labels, groups and places.
///
/// @param name of the data
/// @param labels of each sample
/// @param groups of each sample; null for none
/// @param shown a short form of a sample
/// @param where the place of a sample
record Samples(String name, List<String> labels, @Nullable List<String> groups,
    IntFunction<String> shown, IntFunction<String> where) {
  /// The number of labels that are named in a message.
  private static final int MOST_NAMED = 8;

  /// The largest ratio of classes to samples: beyond it, labels are not classes.
  private static final double MOST_CLASSES = 0.5;

  /// With fewer samples nothing can be learned and validated.
  private static final int FEWEST = 8;

  int size() {
    return labels.size();
  }

  /// The count of each label, in lexicographic order.
  Map<String, Integer> counts() {
    var counts = new TreeMap<String, Integer>();
    labels.forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts;
  }

  /// @throws DataException if there is one class only, or nearly every sample has a class of its
  ///     own
  void check() {
    var counts = counts();
    if (counts.size() < 2) {
      throw new DataException(
          ("%s: all %d samples have the label \"%s\", expected two labels or more; give samples of "
              + "another")
              .formatted(name, size(), Excerpt.of(labels.getFirst())) + " class.");
    }
    if (size() < FEWEST) {
      throw new DataException("%s: %d samples are too few to learn from; give at least %d, better"
          .formatted(name, size(), FEWEST) + " hundreds.");
    }
    if (counts.size() > MOST_CLASSES * size()) {
      throw new DataException(
          ("%s: %d different labels for %d samples are too many to be learned; is the column of the"
              + " labels another one?").formatted(name, counts.size(), size()));
    }
  }

  /// The first label that occurs only once; null if there is none.
  @Nullable
  String once() {
    for (var entry : counts().entrySet()) {
      if (entry.getValue() == 1) {
        return entry.getKey();
      }
    }
    return null;
  }

  /// The labels with their shares, the most frequent ones.
  String described() {
    var counts = counts();
    var some = counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_NAMED)
        .map(e -> "%s %s".formatted(Excerpt.of(e.getKey()),
            ReportText.percent((double) e.getValue() / size())))
        .collect(Collectors.joining(", "));
    return counts.size() > MOST_NAMED ? some + ", …" : some;
  }

  /// A selection of the samples.
  Samples some(int[] numbers) {
    return new Samples(name, Partition.some(labels, numbers),
        groups == null ? null : Partition.some(groups, numbers), i -> shown.apply(numbers[i]),
        i -> where.apply(numbers[i]));
  }
}
