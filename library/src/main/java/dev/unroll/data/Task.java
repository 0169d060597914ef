package dev.unroll.data;

import java.util.ArrayList;
import java.util.List;

/// A synthetic task with an unlimited number of examples, each with an index: the same index gives
/// the same example, on any machine and in any order. Safe for use by several threads.
public interface Task {

  /// The form of every example.
  Form form();

  /// The example with this index, from 0.
  Example example(long number);

  /// The number of steps of the longest input.
  int longestInput();

  /// The number of steps of the longest target.
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
