package dev.unroll.train.optimizer;

import dev.unroll.kernel.AdamStep;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.List;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980), with bias correction:
///
/// ```
/// m = β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
/// v = β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
/// w = w − lr · m̂ / (√v̂ + ε)
/// ```
///
/// with what is tiny flushed to zero, as [AdamStep] says.
///
/// @param beta1 β₁
/// @param beta2 β₂
/// @param epsilon ε
public record Adam(double beta1, double beta2, double epsilon) implements Rule {
  /// With the paper's β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
  public static final Adam USUAL = new Adam(0.9, 0.999, 1e-8);

  /// @throws IllegalArgumentException if a β is not in `[0, 1)` or ε not positive
  public Adam {
    Numbers.requireShare("the β₁ of Adam", beta1);
    Numbers.requireShare("the β₂ of Adam", beta2);
    Numbers.requirePositive("the ε of Adam", epsilon);
  }

  @Override
  public List<String> arrays() {
    return List.of("adam.m", "adam.v");
  }

  @Override
  public Step step(long number, float scale, double rate) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    var step = new AdamStep(b1, b2, (float) epsilon, scale,
        (float) (rate / (1 - StrictMath.pow(b1, (double) number))),
        (float) Math.sqrt(1 - StrictMath.pow(b2, (double) number)));
    return (kernels, values, gradients, arrays, from, to) -> kernels.adam(step, values, gradients,
        arrays[0], arrays[1], from, to);
  }

  @Override
  public String toString() {
    return equals(USUAL) ? "adam" : Notation.word("adam", beta1, beta2, epsilon);
  }
}
