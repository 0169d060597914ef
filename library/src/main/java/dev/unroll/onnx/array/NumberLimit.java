package dev.unroll.onnx.array;

import java.util.function.Supplier;

/// The numbers that the values of one run may have together. What would go beyond is refused before
/// its memory is taken: wherever that is, the limit of the run that the thread is in is asked.
///
/// Counted are the values that are there at the same time: of a loop those of one round, its states
/// and what it collects.
public final class NumberLimit {
  private static final ScopedValue<NumberLimit> OF_RUN = ScopedValue.newInstance();

  private final long most;

  /// Those that there are.
  private long there;

  /// @param most numbers, at least 1
  public NumberLimit(long most) {
    this.most = most;
  }

  /// Begins a run under this limit.
  public <T> T run(Supplier<T> work) {
    there = 0;
    return ScopedValue.where(OF_RUN, this).call(work::get);
  }

  /// Refuses memory for more numbers than are left.
  ///
  /// @throws SizeRefusal if the run has no room for so many
  public static void requireRoom(long more) {
    if (OF_RUN.isBound()) {
      OF_RUN.get().require(more);
    }
  }

  private void require(long more) {
    if (more > most - there) {
      throw new SizeRefusal(("the values of the run would have %d numbers together, at most %d are"
          + " allowed; give smaller inputs").formatted(there + more, most));
    }
  }

  /// Counts a value that stays.
  ///
  /// @throws SizeRefusal if the run has no room for it
  public void add(long numbers) {
    require(numbers);
    there += numbers;
  }

  /// The numbers that there are.
  public long there() {
    return there;
  }

  /// Sets the numbers that there are, when values have gone.
  public void there(long numbers) {
    there = numbers;
  }
}
