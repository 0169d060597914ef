package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Task;
import dev.unroll.data.Values.Symbols;
import dev.unroll.tensor.CounterRandom;

/// The temporal order problem: which of two symbols came first and which second, far back in a
/// sequence of others.
///
/// ```text
/// x_p, x_q uniform in {0, 1}, else x_t uniform in {2, 3, 4, 5}
/// p uniform in T/10 … 2T/10, q in 4T/10 … 5T/10 (both ends, rounded down)
/// class = 2 x_p + x_q
/// ```
///
/// Input T symbols of 6 kinds, target one class of 4. T is one number, or drawn for each example
/// between two, as in the second paper, which mixes sequences of 50 to 200 steps. Hochreiter and
/// Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997), experiment 6a, with the
/// places of Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
/// networks", ICML 2013, who call a run a success when at most 1 % of 10,000 test sequences are
/// wrong.
///
/// @param shortest the smallest T, at least 10
/// @param steps the largest T; T is uniform between the two
/// @param seed other seeds give other examples
public record TemporalOrder(int shortest, int steps, long seed) implements Task {
  /// The symbols of an input.
  public static final int SYMBOLS = 6;

  /// The classes.
  public static final int CLASSES = 4;

  /// The accuracy of any constant answer.
  public static final double BASELINE = 1.0 / CLASSES;

  private static final int ORDERED = 2;

  /// @throws IllegalArgumentException if T can be below 10, or the largest is below the smallest
  public TemporalOrder {
    TaskSize.requireSteps("TemporalOrder", shortest, 10);
    if (steps < shortest) {
      throw new IllegalArgumentException(
          "TemporalOrder: the largest T is %d, below the least, %d; give the least first"
              .formatted(steps, shortest));
    }
  }

  /// Sequences of one length.
  ///
  /// @throws IllegalArgumentException if T is below 10
  public TemporalOrder(int steps, long seed) {
    this(steps, steps, seed);
  }

  @Override
  public Form form() {
    return new Form(new Kind.Symbols(SYMBOLS), new Kind.Symbols(CLASSES), Pairing.ONE_TARGET);
  }

  @Override
  public Example example(long number) {
    var random = CounterRandom.of(seed).stream("temporal order");
    var places = random.stream("places");
    int length = shortest
        + random.stream("lengths").below(number, 0, steps - shortest + 1);
    int p = place(places, number, 1, length);
    int q = place(places, number, 4, length);
    int[] symbols = new int[length];
    for (int t = 0; t < length; t++) {
      symbols[t] = t == p || t == q
          ? random.below(number, t, ORDERED)
          : ORDERED + random.below(number, t, SYMBOLS - ORDERED);
    }
    return new Example(new Symbols(symbols), Symbols.of(ORDERED * symbols[p] + symbols[q]));
  }

  /// A step from `tenths · T/10` to `(tenths + 1) · T/10`, both included.
  private static int place(CounterRandom random, long number, int tenths, int length) {
    int from = (int) ((long) tenths * length / 10);
    int to = (int) ((tenths + 1L) * length / 10);
    return from + random.below(number, tenths, to - from + 1);
  }

  @Override
  public int longestInput() {
    return steps;
  }

  @Override
  public int longestTarget() {
    return 1;
  }
}
