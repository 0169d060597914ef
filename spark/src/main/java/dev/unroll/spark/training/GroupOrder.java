package dev.unroll.spark.training;

import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;
import java.util.List;

/// The row groups of an epoch one behind the other, in an order that depends on seed and epoch
/// alone; each row has a place in it.
final class GroupOrder {
  private final List<RowGroup> groups;
  private final int[] order;

  /// The place of the first row of each group, and the number of rows.
  private final long[] begins;

  GroupOrder(List<RowGroup> groups, CounterRandom random, int epoch) {
    this.groups = groups;
    order = random.stream("groups").permutation(epoch, groups.size());
    begins = new long[order.length + 1];
    for (int i = 0; i < order.length; i++) {
      begins[i + 1] = begins[i] + groups.get(order[i]).rows();
    }
  }

  /// The number in this order of the group with a place.
  int at(long place) {
    int i = Arrays.binarySearch(begins, place);
    if (i < 0) {
      return -i - 2;
    }
    while (begins[i + 1] == place) { // groups without rows
      i++;
    }
    return i;
  }

  /// A group by its number in this order.
  RowGroup group(int number) {
    return groups.get(order[number]);
  }

  /// The place of the first row of a group.
  long begin(int number) {
    return begins[number];
  }
}
