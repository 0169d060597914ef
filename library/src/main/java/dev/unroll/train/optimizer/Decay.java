package dev.unroll.train.optimizer;

import dev.unroll.tensor.Parameters.Block;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;

/// Weight decay: large weights are drawn towards zero.
///
/// ```
/// g = g + λ w                    coupled: the gradient of λ ‖w‖² / 2 (Krogh and Hertz 1992)
/// w = w − lr · λ w               decoupled (Loshchilov and Hutter 2019, arXiv 1711.05101)
/// ```
///
/// For plain descent both are the same; an optimiser that divides by the size of gradients undoes the
/// first for weights whose gradients are large. Matrices are decayed, and vectors (biases, gains,
/// initial states) only if asked for: a bias does not make a model more complex.
///
/// @param lambda λ, 0 for none
/// @param decoupled whether the optimiser's formula does not see it
/// @param vectors whether vectors are decayed too
public record Decay(double lambda, boolean decoupled, boolean vectors) {
  /// No decay.
  public static final Decay NONE = new Decay(0, false, false);

  /// @throws IllegalArgumentException if λ is negative
  public Decay {
    Numbers.requireNotNegative("the weight decay λ", lambda);
  }

  /// Of matrices, as part of the gradient.
  public static Decay coupled(double lambda) {
    return new Decay(lambda, false, false);
  }

  /// Of matrices, beside the gradient.
  public static Decay decoupled(double lambda) {
    return new Decay(lambda, true, false);
  }

  /// The same for vectors too.
  public Decay withVectors() {
    return new Decay(lambda, decoupled, true);
  }

  boolean acts() {
    return lambda > 0;
  }

  boolean actsOn(Block block) {
    return acts() && (vectors || block.columns() > 1);
  }

  @Override
  public String toString() {
    return Notation.word((decoupled ? "decay" : "l2") + (vectors ? "-all" : ""), lambda);
  }
}
