package dev.unroll.train.optimizer;

import dev.unroll.tensor.Parameters.Block;
import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;
import dev.unroll.train.optimizer.Rule.Adagrad;
import dev.unroll.train.optimizer.Rule.Adam;
import dev.unroll.train.optimizer.Rule.Momentum;
import dev.unroll.train.optimizer.Rule.RmsProp;
import dev.unroll.train.optimizer.Rule.Sgd;
import dev.unroll.train.step.OptimizerRun;

/// An optimizer: an update rule, weight decay, and whether the weights are averaged.
/// Immutable; an [OptimizerRun] has the arrays.
///
/// Written as words, first the rule: `sgd`, `momentum(0.9)`, `nesterov(0.9)`,
/// `rmsprop(0.99, 1e-8)`, `adagrad(1e-10)`, `adam(0.9, 0.999, 1e-8)`, `adamw(0.01)`, `asgd(5)`;
/// then, if wanted, `decay(λ)` (decoupled) or `l2(λ)` (coupled), `decay-all` or `l2-all` for
/// vectors too, and `average(n)`.
///
/// @param rule the formula
/// @param decay of the weights
/// @param average epochs without progress after which the weights are averaged, see [#averaged]; 0
///     for never
public record Optimizer(Rule rule, Decay decay, int average) {
  /// @throws IllegalArgumentException if the number of epochs is negative
  public Optimizer {
    if (average < 0) {
      throw new IllegalArgumentException(
          "the weights are averaged after %d epochs, expected at least 1, or 0 for never"
              .formatted(average));
    }
  }

  /// An optimizer with a rule alone.
  public static Optimizer of(Rule rule) {
    return new Optimizer(rule, Decay.NONE, 0);
  }

  /// [Sgd].
  public static Optimizer sgd() {
    return of(new Sgd());
  }

  /// [Momentum] of Polyak.
  public static Optimizer momentum(double mu) {
    return of(new Momentum(mu, false));
  }

  /// [Momentum] of Nesterov.
  public static Optimizer nesterov(double mu) {
    return of(new Momentum(mu, true));
  }

  /// [RmsProp] with ρ = 0.99 and ε = 1e-8.
  public static Optimizer rmsProp() {
    return of(new RmsProp(0.99, 1e-8));
  }

  /// [Adagrad] with ε = 1e-10.
  public static Optimizer adagrad() {
    return of(new Adagrad(1e-10));
  }

  /// [Adam] with the values of its paper.
  public static Optimizer adam() {
    return of(Adam.USUAL);
  }

  /// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): Adam with decoupled decay of the
  /// matrices.
  public static Optimizer adamW(double lambda) {
    return adam().with(Decay.decoupled(lambda));
  }

  /// NT-ASGD: averaged descent with its non-monotone trigger ([#averaged]); the paper has n = 5.
  public static Optimizer averagedSgd(int n) {
    return sgd().averaged(n);
  }

  /// The same with weight decay.
  public Optimizer with(Decay decay) {
    return new Optimizer(rule, decay, average);
  }

  /// The same with averaged weights (Polyak and Juditsky 1992), starting when the validation loss
  /// has not fallen for a while (Merity, Keskar and Socher 2017, arXiv 1708.02182, algorithm 1):
  ///
  /// ```
  /// after validation k = 0, 1, …: begin if k > n and loss_k > min(loss_0 … loss_{k−n−1})
  /// a = a + (w − a) / i            after the i-th step since
  /// ```
  ///
  /// Training continues with w; a is what is validated and saved.
  public Optimizer averaged(int n) {
    return new Optimizer(rule, decay, n);
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws IllegalArgumentException that says what cannot be read
  public static Optimizer parse(String text) {
    var words = Notation.parse(text, "optimiser");
    var optimizer = first(words.getFirst());
    for (var word : words.subList(1, words.size())) {
      double lambda = word.atMost(1).number(0, 0);
      optimizer = switch (word.name()) {
        case "decay" -> optimizer.with(Decay.decoupled(lambda));
        case "decay-all" -> optimizer.with(Decay.decoupled(lambda).vectors(true));
        case "l2" -> optimizer.with(Decay.coupled(lambda));
        case "l2-all" -> optimizer.with(Decay.coupled(lambda).vectors(true));
        case "average" -> optimizer.averaged(word.whole(0, 5));
        default -> throw new IllegalArgumentException(
            "'%s' is nothing that goes with an optimiser; expected decay(0.01), l2(0.0001) or "
                .formatted(word) + "average(5)");
      };
    }
    return optimizer;
  }

  private static Optimizer first(Notation.Word word) {
    return switch (word.name()) {
      case "sgd" -> of(new Sgd());
      case "momentum" -> momentum(word.atMost(1).number(0, 0.9));
      case "nesterov" -> nesterov(word.atMost(1).number(0, 0.9));
      case "rmsprop" -> of(new RmsProp(word.atMost(2).number(0, 0.99), word.number(1, 1e-8)));
      case "adagrad" -> of(new Adagrad(word.atMost(1).number(0, 1e-10)));
      case "adam" -> of(new Adam(
          word.atMost(3).number(0, 0.9), word.number(1, 0.999), word.number(2, 1e-8)));
      case "adamw" -> adamW(word.atMost(1).number(0, 0.01));
      case "asgd" -> averagedSgd(word.atMost(1).whole(0, 5));
      default -> throw new IllegalArgumentException(
          ("'%s' is no optimiser; expected sgd, momentum, nesterov, rmsprop, adagrad, adam, adamw "
              + "or asgd").formatted(word));
    };
  }

  @Override
  public String toString() {
    return rule + (decay.acts() ? " " + decay : "")
        + (average > 0 ? " " + Notation.word("average", average) : "");
  }

  /// Weight decay: pulls weights towards zero.
  ///
  /// ```
  /// g = g + λ w                    coupled: the gradient of λ ‖w‖² / 2 (Krogh and Hertz 1992)
  /// w = w − lr · λ w               decoupled (Loshchilov and Hutter 2019, arXiv 1711.05101)
  /// ```
  ///
  /// For plain descent both are the same; an optimizer that divides by the size of gradients undoes
  /// the first for weights whose gradients are large. Matrices are decayed, and vectors (biases,
  /// gains, initial states) only on request: a bias does not make a model more complex.
  ///
  /// @param lambda λ, 0 for none
  /// @param decoupled whether it bypasses the optimizer's formula
  /// @param vectors whether vectors are decayed too
  public record Decay(double lambda, boolean decoupled, boolean vectors) {
    /// No decay.
    public static final Decay NONE = new Decay(0, false, false);

    /// @throws IllegalArgumentException if λ is negative
    public Decay {
      Numbers.requireNotNegative("the weight decay λ", lambda);
    }

    /// Decay of matrices, as part of the gradient.
    public static Decay coupled(double lambda) {
      return new Decay(lambda, false, false);
    }

    /// Decay of matrices, separate from the gradient.
    public static Decay decoupled(double lambda) {
      return new Decay(lambda, true, false);
    }

    /// The same for vectors too, or for matrices alone.
    public Decay vectors(boolean vectors) {
      return new Decay(lambda, decoupled, vectors);
    }

    /// Whether λ is not 0.
    public boolean acts() {
      return lambda > 0;
    }

    /// Whether a block of parameters is decayed.
    public boolean actsOn(Block block) {
      return acts() && (vectors || !block.isVector());
    }

    @Override
    public String toString() {
      return Notation.word((decoupled ? "decay" : "l2") + (vectors ? "-all" : ""), lambda);
    }
  }
}
