package dev.unroll.datasets;

import dev.unroll.data.Example;
import dev.unroll.data.Form;
import dev.unroll.data.Form.Kind;
import dev.unroll.data.Form.Pairing;
import dev.unroll.data.Task;
import dev.unroll.data.Values.Features;
import dev.unroll.tensor.CounterRandom;

/// The adding problem: the sum of two numbers that are far apart in a long sequence.
///
/// ```text
/// x_t = (v_t, m_t)     v_t uniform in [0, 1)
/// m_t = 1 at t = p and t = q, else 0     p uniform in 0 … T/2 − 1, q in T/2 … T − 1
/// y = v_p + v_q
/// ```
///
/// Input `[T, 2]`, target one number. Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural
/// Computation 9 (1997), experiment 4, with the numbers and places of Arjovsky, Shah and Bengio,
/// "Unitary Evolution Recurrent Neural Networks", ICML 2016.
///
/// @param steps T, at least 2
/// @param seed other seeds give other examples
public record AddingProblem(int steps, long seed) implements Task {
  /// The squared error of the best constant answer, 1: the variance of the sum of two uniform
  /// numbers, 2 · 1/12.
  public static final double BASELINE = 1.0 / 6;

  /// @throws IllegalArgumentException if T is below 2
  public AddingProblem {
    TaskSize.requireSteps("AddingProblem", steps, 2);
  }

  @Override
  public Form form() {
    return new Form(new Kind.Features(2), new Kind.Features(1), Pairing.ONE_TARGET);
  }

  @Override
  public Example example(long number) {
    var random = CounterRandom.of(seed).stream("adding problem");
    float[] x = new float[2 * steps];
    for (int t = 0; t < steps; t++) {
      x[2 * t] = random.uniform(number, t);
    }
    int half = steps / 2;
    int p = random.below(number, 0, half);
    int q = half + random.below(number, 1, steps - half);
    x[2 * p + 1] = 1;
    x[2 * q + 1] = 1;
    return new Example(new Features(x, 2), Features.of(x[2 * p] + x[2 * q]));
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
