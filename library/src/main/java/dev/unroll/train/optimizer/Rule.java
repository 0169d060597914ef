package dev.unroll.train.optimizer;

import dev.unroll.kernel.AdamStep;
import dev.unroll.kernel.DescentSteps;
import dev.unroll.kernel.Kernels;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import java.util.List;

/// The update rule of an optimizer: its formula and its arrays, each as long as
/// the parameters and zero at first. Immutable.
public sealed interface Rule {
  /// The names of the arrays, under which a checkpoint stores them.
  List<String> arrays();

  /// Returns one step, to be applied to ranges of elements.
  ///
  /// @param number of the step, from 1
  /// @param scale the factor that gradients are multiplied by first: g = scale · gradient
  /// @param rate the learning rate of this step
  Step step(long number, float scale, double rate);

  /// Whether a step changes nothing where the gradient and all arrays are zero.
  default boolean rests() {
    return false;
  }

  /// A step for elements `[from, to)`, none of which depends on another.
  interface Step {
    /// Changes the values and the arrays.
    void update(
        Kernels kernels, float[] values, float[] gradients, float[][] arrays, int from, int to);
  }

  /// Stochastic gradient descent (Robbins and Monro 1951): `w = w − lr · g`.
  record Sgd() implements Rule {
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
    public boolean rests() {
      return true;
    }

    @Override
    public String toString() {
      return "sgd";
    }
  }

  /// Gradient descent with momentum, of Polyak (1964) or of Nesterov (1983) as Sutskever, Martens,
  /// Dahl and Hinton (2013) write it for neural networks:
  ///
  /// ```
  /// v = μ v + g
  /// w = w − lr · v                 Polyak
  /// w = w − lr · (g + μ v)         Nesterov: the gradient after the momentum step
  /// ```
  ///
  /// A change of the learning rate applies to the whole velocity, as in PyTorch.
  ///
  /// @param mu μ, from 0 up to but not 1
  /// @param nesterov whether it is Nesterov momentum
  record Momentum(double mu, boolean nesterov) implements Rule {
    /// @throws IllegalArgumentException if μ is not in `[0, 1)`
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
    public boolean rests() {
      return true;
    }

    @Override
    public String toString() {
      return Notation.word(nesterov ? "nesterov" : "momentum", mu);
    }
  }

  /// RMSProp (Tieleman and Hinton, Lecture 6.5 of "Neural networks for machine learning", 2012):
  ///
  /// ```
  /// s = ρ s + (1 − ρ) g²
  /// w = w − lr · g / (√s + ε)
  /// ```
  ///
  /// @param rho ρ
  /// @param epsilon ε
  record RmsProp(double rho, double epsilon) implements Rule {
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

  /// Adagrad (Duchi, Hazan and Singer, Journal of Machine Learning Research 12, 2011), the diagonal
  /// version:
  ///
  /// ```
  /// s = s + g²
  /// w = w − lr · g / (√s + ε)
  /// ```
  ///
  /// @param epsilon ε
  record Adagrad(double epsilon) implements Rule {
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

  /// Adam (Kingma and Ba 2015, arXiv 1412.6980), with bias correction:
  ///
  /// ```
  /// m = β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
  /// v = β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
  /// w = w − lr · m̂ / (√v̂ + ε)
  /// ```
  ///
  /// with tiny values flushed to zero, see [AdamStep].
  ///
  /// @param beta1 β₁
  /// @param beta2 β₂
  /// @param epsilon ε
  record Adam(double beta1, double beta2, double epsilon) implements Rule {
    /// The paper's β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
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
    public boolean rests() {
      return true;
    }

    @Override
    public String toString() {
      return equals(USUAL) ? "adam" : Notation.word("adam", beta1, beta2, epsilon);
    }
  }
}
