package dev.unroll.train.optimizer;

import dev.unroll.kernel.DescentSteps;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.List;

/// Adagrad (Duchi, Hazan and Singer, Journal of Machine Learning Research 12, 2011), with a diagonal:
///
/// ```
/// s = s + g²
/// w = w − lr · g / (√s + ε)
/// ```
///
/// @param epsilon ε
public record Adagrad(double epsilon) implements Rule {
  /// @throws IllegalArgumentException if ε is not positive
  public Adagrad {
    Numbers.requirePositive("the ε of Adagrad", epsilon);
  }

  @Override
  public List<String> arrays() {
    return List.of("adagrad.s");
  }

  @Override
  public Step step(long number, float scale, double rate) {
    float lr = (float) rate;
    float e = (float) epsilon;
    return (_, values, gradients, arrays, from, to) -> DescentSteps.adagrad(values, gradients,
        arrays[0], from, to, scale, lr, e);
  }

  @Override
  public String toString() {
    return Notation.word("adagrad", epsilon);
  }
}
