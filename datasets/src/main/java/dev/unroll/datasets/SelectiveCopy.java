package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Task;
import dev.unroll.data.Values.Symbols;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// The selective copying problem: to repeat n symbols that lie among noise, in their order.
///
/// ```text
/// input    T symbols: a_1 … a_n at random places, else 14   15 (n times)     a_i uniform in 0 … 13
/// target   −1 (T times)                                     a_1 … a_n
/// ```
///
/// Both are T + n symbols: 14 is noise, 15 asks for the next symbol; only the answers count. As the
/// places differ from sequence to sequence, what is remembered has to depend on what is read. Gu
/// and Dao, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces", 2024, arXiv
/// 2312.00752 (T = 4096, n = 16), after Arjovsky, Shah and Bengio, "Unitary Evolution Recurrent
/// Neural Networks", ICML 2016.
///
/// @param steps T, at least n
/// @param copied n, at least 1
/// @param seed other seeds give other examples
public record SelectiveCopy(int steps, int copied, long seed) implements Task {
  /// The symbols of an input.
  public static final int SYMBOLS = 16;

  /// The symbols that are repeated, the classes of a target.
  public static final int LETTERS = 14;

  /// The accuracy of a guess.
  public static final double BASELINE = 1.0 / LETTERS;

  private static final int NOISE = 14;
  private static final int ASKED = 15;

  /// @throws IllegalArgumentException if n is below 1 or T below n
  public SelectiveCopy {
    if (copied < 1) {
      throw new IllegalArgumentException(
          "SelectiveCopy: %d symbols to copy, expected at least 1.".formatted(copied));
    }
    TaskSize.requireSteps("SelectiveCopy", steps, copied);
  }

  @Override
  public Form form() {
    return new Form(new Kind.Symbols(SYMBOLS), new Kind.Symbols(LETTERS), Pairing.STEP_BY_STEP);
  }

  @Override
  public Example example(long number) {
    var random = CounterRandom.of(seed).stream("selective copy");
    var places = random.stream("places");
    int[] input = new int[longestInput()];
    int[] target = new int[longestInput()];
    Arrays.fill(input, 0, steps, NOISE);
    Arrays.fill(input, steps, input.length, ASKED);
    Arrays.fill(target, 0, steps, -1);
    // Every choice of n places is equally likely: a step is chosen with the share of the symbols
    // that are left among the steps that are left.
    for (int t = 0, i = 0; i < copied; t++) {
      if (places.below(number, t, steps - t) < copied - i) {
        input[t] = random.below(number, i, LETTERS);
        target[steps + i] = input[t];
        i++;
      }
    }
    return new Example(new Symbols(input), new Symbols(target));
  }

  @Override
  public int longestInput() {
    return steps + copied;
  }

  @Override
  public int longestTarget() {
    return longestInput();
  }
}
