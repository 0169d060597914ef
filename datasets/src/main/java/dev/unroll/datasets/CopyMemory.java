package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Task;
import dev.unroll.data.Values.Symbols;
import dev.unroll.tensor.CounterRandom;
import java.util.Arrays;

/// The copy memory problem: to repeat 10 symbols after T steps.
///
/// ```text
/// input    a_1 … a_10   8 (T − 1 times)   9   8 (10 times)     a_i uniform in 0 … 7
/// target   8 (T + 10 times)               a_1 … a_10
/// ```
///
/// Both are T + 20 symbols: 8 is blank, 9 is the signal to answer and occurs in the input only.
/// Arjovsky, Shah and Bengio, "Unitary Evolution Recurrent Neural Networks", ICML 2016, after
/// Hochreiter and Schmidhuber 1997.
///
/// @param delay T, at least 1
/// @param seed other seeds give other examples
public record CopyMemory(int delay, long seed) implements Task {
  /// The number of symbols to copy.
  public static final int COPIED = 10;

  /// The symbols of an input; a target has one less.
  public static final int SYMBOLS = 10;

  private static final int LETTERS = 8;
  private static final int BLANK = 8;
  private static final int GO = 9;

  /// @throws IllegalArgumentException if T is below 1
  public CopyMemory {
    TaskSize.requireSteps("CopyMemory", delay, 1);
  }

  /// The cross-entropy per step, in nats, without memory: blanks are certain, and each of the 10
  /// answers is one of 8, `10 ln 8 / (T + 20)`.
  public double baseline() {
    return COPIED * Math.log(LETTERS) / longestInput();
  }

  @Override
  public Form form() {
    return new Form(
        new Kind.Symbols(SYMBOLS), new Kind.Symbols(SYMBOLS - 1), Pairing.STEP_BY_STEP);
  }

  @Override
  public Example example(long number) {
    var random = CounterRandom.of(seed).stream("copy memory");
    int[] input = new int[longestInput()];
    int[] target = new int[longestInput()];
    Arrays.fill(input, BLANK);
    Arrays.fill(target, BLANK);
    input[COPIED + delay - 1] = GO;
    for (int i = 0; i < COPIED; i++) {
      input[i] = random.below(number, i, LETTERS);
      target[COPIED + delay + i] = input[i];
    }
    return new Example(new Symbols(input), new Symbols(target));
  }

  @Override
  public int longestInput() {
    return delay + 2 * COPIED;
  }

  @Override
  public int longestTarget() {
    return longestInput();
  }
}
