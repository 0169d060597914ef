package dev.unroll.onnx.graph;

import dev.unroll.onnx.array.NdArray;
import dev.unroll.onnx.array.NumberLimit;
import dev.unroll.onnx.array.Refusal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The values of a graph and of all graphs within, each in a slot that is bound when the model is
/// loaded. They stay until the next run, as what has not changed is not computed again.
final class Frame {
  /// The rounds of all loops in one run: a hundred times as many as a long recording has steps.
  private static final long MOST_ROUNDS = 10_000_000;

  private @Nullable NdArray[] values = {};
  private boolean[] stacked = {};
  private int size;
  private int streams;
  private long mode;
  private long rounds;
  private @Nullable NumberLimit limit;

  /// Adds a slot.
  int add() {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(16, 2 * size));
      stacked = Arrays.copyOf(stacked, values.length);
    }
    return size++;
  }

  /// Begins a run.
  ///
  /// @param count of streams; 0 for a run of one, in which nothing is stacked
  void begin(int count) {
    if (streams != count) {
      streams = count;
      mode++;
    }
  }

  /// Begins a run of the model.
  void beginRun(int count) {
    rounds = 0;
    begin(count);
  }

  /// Limits the numbers of all values of a run; null for no limit.
  void limit(@Nullable NumberLimit numbers) {
    limit = numbers;
  }

  /// Counts a value that stays.
  void count(long numbers) {
    if (limit != null) {
      limit.add(numbers);
    }
  }

  /// The numbers of the values that there are; 0 without a limit.
  long numbers() {
    return limit == null ? 0 : limit.there();
  }

  /// Sets the numbers of the values that there are, when some have gone.
  void numbers(long there) {
    if (limit != null) {
      limit.there(there);
    }
  }

  /// Counts a round of a loop; what a file says may not run forever.
  void countRound() {
    if (++rounds > MOST_ROUNDS) {
      throw Refusal.of("loops of more than %d rounds in one run", MOST_ROUNDS);
    }
  }

  /// The number of streams; 0 if nothing is stacked.
  int streams() {
    return streams;
  }

  /// Another number after each change of the number of streams.
  long mode() {
    return mode;
  }

  @Nullable
  NdArray get(int slot) {
    return values[slot];
  }

  boolean isStacked(int slot) {
    return stacked[slot];
  }

  void put(int slot, @Nullable NdArray value, boolean isStacked) {
    values[slot] = value;
    stacked[slot] = isStacked;
  }
}
