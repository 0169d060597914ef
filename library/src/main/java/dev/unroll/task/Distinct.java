package dev.unroll.task;

import dev.unroll.data.split.Partition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

/// Samples of which some occur more than once: a copy on each side of a split would be tested on
/// what it was trained on.
///
/// @param first for each sample the number of the first one that is equal to it
public record Distinct(int[] first) {

  /// Compares samples.
  public static Distinct of(List<?> keys) {
    var seen = new HashMap<Object, Integer>();
    int[] first = new int[keys.size()];
    for (int i = 0; i < first.length; i++) {
      first[i] = seen.merge(keys.get(i), i, (before, _) -> before);
    }
    return new Distinct(first);
  }

  /// The number of samples that are copies of an earlier one.
  public int copies() {
    return first.length - samples().length;
  }

  /// The samples that are not copies.
  public int[] samples() {
    return IntStream.range(0, first.length).filter(i -> first[i] == i).toArray();
  }

  /// The partition of all samples that puts each copy where the first one is.
  ///
  /// @param some a partition of [#samples]
  public Partition all(Partition some) {
    int[] distinct = samples();
    boolean[] validates = new boolean[first.length];
    for (int i : some.validation()) {
      validates[distinct[i]] = true;
    }
    var all = IntStream.range(0, first.length);
    int[] validation = all.filter(i -> validates[first[i]]).toArray();
    int[] train = IntStream.range(0, first.length).filter(i -> !validates[first[i]]).toArray();
    return new Partition(train, validation);
  }

  /// The classes of the samples that are not copies.
  int[] classes(int[] classes) {
    return Arrays.stream(samples()).map(i -> classes[i]).toArray();
  }
}
