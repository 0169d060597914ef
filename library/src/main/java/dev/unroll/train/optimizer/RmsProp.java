package dev.unroll.train.optimizer;

import dev.unroll.kernel.DescentSteps;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.List;

/// RMSProp (Tieleman and Hinton, Lecture 6.5 of "Neural networks for machine learning", 2012):
///
/// ```
/// s = ρ s + (1 − ρ) g²
/// w = w − lr · g / (√s + ε)
/// ```
///
/// @param rho ρ
/// @param epsilon ε
public record RmsProp(double rho, double epsilon) implements Rule {
  /// @throws IllegalArgumentException if ρ is not in `[0, 1)` or ε not positive
  public RmsProp {
    Numbers.requireShare("the decay ρ of RMSProp", rho);
    Numbers.requirePositive("the ε of RMSProp", epsilon);
  }

  @Override
  public List<String> arrays() {
    return List.of("rmsprop.s");
  }

  @Override
  public Step step(long number, float scale, double rate) {
    float lr = (float) rate;
    float r = (float) rho;
    float e = (float) epsilon;
    return (_, values, gradients, arrays, from, to) -> DescentSteps.rmsProp(values, gradients,
        arrays[0], from, to, scale, lr, r, e);
  }

  @Override
  public String toString() {
    return Notation.word("rmsprop", rho, epsilon);
  }
}
