package dev.unroll.format.pickle;

import dev.unroll.format.FormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The memory of the machine that reads a pickle: a stack of values with marks in it, and values
/// that are kept by number. It counts what it is given, so that its size is bounded.
final class PickleStack {
  /// More than any checkpoint has: some forty for a tensor.
  private static final int MOST_VALUES = 2_000_000;

  private final PickleInput in;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();
  private int values;

  /// @param in for messages
  PickleStack(PickleInput in) {
    this.in = in;
  }

  void mark() throws FormatException {
    count();
    marks.add(stack.size());
  }

  void count() throws FormatException {
    if (++values > MOST_VALUES) {
      throw in.damaged("more than %d values".formatted(MOST_VALUES));
    }
  }

  void push(PickleValue value) throws FormatException {
    count();
    stack.add(value);
  }

  /// The number of values below which nothing may be taken.
  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private void require(int n) throws FormatException {
    if (stack.size() - n < floor()) {
      throw in.damaged("an instruction that needs %d values, but there are %d"
          .formatted(n, stack.size() - floor()));
    }
  }

  PickleValue top() throws FormatException {
    require(1);
    return stack.getLast();
  }

  PickleValue pop() throws FormatException {
    require(1);
    return stack.removeLast();
  }

  void discard() throws FormatException {
    if (!marks.isEmpty() && stack.size() == marks.getLast()) {
      marks.removeLast();
    } else {
      pop();
    }
  }

  List<PickleValue> popped(int n) throws FormatException {
    require(n);
    return take(stack.size() - n);
  }

  List<PickleValue> marked() throws FormatException {
    if (marks.isEmpty()) {
      throw in.damaged("an instruction that needs a mark, but there is none");
    }
    return take(marks.removeLast());
  }

  private List<PickleValue> take(int from) {
    var above = stack.subList(from, stack.size());
    var taken = new ArrayList<>(above);
    above.clear();
    return taken;
  }

  /// Keeps the uppermost value as the next.
  void remember() throws FormatException {
    remember(memo.size());
  }

  void remember(int index) throws FormatException {
    count();
    memo.put(index, top());
  }

  void recall(int index) throws FormatException {
    var value = memo.get(index);
    if (value == null) {
      throw in.damaged("a reference to value %d, which was not kept".formatted(index));
    }
    push(value);
  }
}
