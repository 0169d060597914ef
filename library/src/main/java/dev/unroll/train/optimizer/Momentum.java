package dev.unroll.train.optimizer;

import dev.unroll.kernel.DescentSteps;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.List;

/// Gradient descent with momentum, of Polyak (1964) or of Nesterov (1983) as Sutskever, Martens, Dahl
/// and Hinton (2013) write it for neural networks:
///
/// ```
/// v = μ v + g
/// w = w − lr · v                 Polyak
/// w = w − lr · (g + μ v)         Nesterov: g as it will be after the momentum has acted
/// ```
///
/// A learning rate that changes acts on all of the velocity, as in PyTorch.
///
/// @param mu μ, from 0 up to but not 1
/// @param nesterov whether it is Nesterov's
public record Momentum(double mu, boolean nesterov) implements Rule {
  /// @throws IllegalArgumentException if μ is no such number
  public Momentum {
    Numbers.requireShare("the momentum μ", mu);
  }

  @Override
  public List<String> arrays() {
    return List.of("momentum.v");
  }

  @Override
  public Step step(long number, float scale, double rate) {
    float lr = (float) rate;
    float m = (float) mu;
    if (nesterov) {
      return (_, values, gradients, arrays, from, to) -> DescentSteps.nesterov(values, gradients,
          arrays[0], from, to, scale, lr, m);
    }
    return (_, values, gradients, arrays, from, to) -> DescentSteps.momentum(values, gradients,
        arrays[0], from, to, scale, lr, m);
  }

  @Override
  public String toString() {
    return Notation.word(nesterov ? "nesterov" : "momentum", mu);
  }
}
