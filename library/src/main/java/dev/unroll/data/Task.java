package dev.unroll.data;

import java.util.ArrayList;
import java.util.List;

/// A made-up task with as many examples as anyone wants, each with a number: the same number gives
/// the same example, on any machine and in any order. Safe for use by several threads.
public interface Task {

  /// What every example looks like.
  Form form();

  /// The example with this number, from 0.
  Example example(long number);

  /// The steps of the longest input.
  int longestInput();

  /// The steps of the longest target.
  int longestTarget();

  /// The examples `first … first + count − 1`.
  default List<Example> examples(long first, int count) {
    var examples = new ArrayList<Example>(count);
    for (int i = 0; i < count; i++) {
      examples.add(example(first + i));
    }
    return examples;
  }
}
