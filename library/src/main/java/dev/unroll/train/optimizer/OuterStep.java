package dev.unroll.train.optimizer;

import dev.unroll.train.notation.Notation;
import dev.unroll.train.notation.Numbers;

/// How replicas of a model that train on their own come together (DiLoCo: Douillard et al. 2023,
/// arXiv 2311.08105). Each replica s takes a number of steps with an optimizer of its own on its
/// shard of each batch, from common weights w to w_s. Then
///
/// ```
/// g = Σ_s n_s (w − w_s) / Σ_s n_s       the outer gradient; n_s: what counts in the steps of s
/// v = μ v + g
/// w = w − rate · (g + μ v)              Nesterov momentum
/// ```
///
/// and all replicas go on from w. A rate of 1 and a momentum of 0 take the mean of the replicas.
/// The rate and momentum of the paper are [#RATE] and [#MOMENTUM].
///
/// Written as words: `rate(0.7) momentum(0.9)`, one or both. Immutable.
///
/// @param every the steps of a replica from one synchronization to the next; 0 if there are no
///     replicas, and each step is one of all shards
/// @param rate of the outer step, above 0
/// @param momentum μ, from 0 up to but not 1
public record OuterStep(int every, double rate, double momentum) {
  /// The usual rate.
  public static final double RATE = 0.7;

  /// The usual momentum.
  public static final double MOMENTUM = 0.9;

  /// No replicas.
  public static final OuterStep NONE = new OuterStep(0, RATE, MOMENTUM);

  /// @throws IllegalArgumentException that names the setting, what was expected and what was given
  public OuterStep {
    if (every < 0) {
      throw new IllegalArgumentException(("replicas are synchronized every %d steps, expected at "
          + "least 1, or 0 for no replicas").formatted(every));
    }
    Numbers.require(rate > 0 && rate < 1000, "the rate of the outer step", rate,
        "a number above 0 and below 1000, such as 0.7");
    Numbers.requireShare("the momentum of the outer step", momentum);
  }

  /// Whether there are replicas.
  public boolean acts() {
    return every > 0;
  }

  /// The same with another number of steps between synchronizations.
  public OuterStep every(int steps) {
    return new OuterStep(steps, rate, momentum);
  }

  /// What is done with the outer gradient.
  public Rule rule() {
    return momentum == 0 ? new Rule.Sgd() : new Rule.Momentum(momentum, true);
  }

  /// Reads what [#toString] writes; it says nothing of how often.
  ///
  /// @throws IllegalArgumentException that says what cannot be read
  public static OuterStep parse(String text) {
    var outer = NONE;
    for (var word : Notation.parse(text, "outer step")) {
      outer = switch (word.name()) {
        case "rate" -> new OuterStep(0, word.atMost(1).number(0, RATE), outer.momentum);
        case "momentum" -> new OuterStep(0, outer.rate, word.atMost(1).number(0, MOMENTUM));
        default -> throw new IllegalArgumentException(
            "'%s' is nothing of an outer step; expected rate(0.7) or momentum(0.9)"
                .formatted(word));
      };
    }
    return outer;
  }

  @Override
  public String toString() {
    return Notation.word("rate", rate) + " " + Notation.word("momentum", momentum);
  }
}
