package dev.unroll.train.optimizer;

import dev.unroll.kernel.DescentSteps;
import java.util.List;

/// Stochastic gradient descent (Robbins and Monro 1951): `w = w − lr · g`.
public record Sgd() implements Rule {
  @Override
  public List<String> arrays() {
    return List.of();
  }

  @Override
  public Step step(long number, float scale, double rate) {
    float lr = (float) rate;
    return (_, values, gradients, _, from, to) -> DescentSteps.sgd(values, gradients, from, to,
        scale, lr);
  }

  @Override
  public String toString() {
    return "sgd";
  }
}
