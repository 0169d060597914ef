package dev.unroll.model;

import dev.unroll.model.Decoding.Hypothesis;

/// How an output sequence is searched for: greedily, by sampling or by beam search.
public sealed interface Search {

  /// Takes the most probable symbol at each step.
  static Search greedy() {
    return new Beam(1, 0);
  }

  /// Draws each symbol with its probability.
  static Search sampling(Sampling sampling) {
    return new Draws(sampling);
  }

  /// Beam search.
  static Search beam(int width, double lengthPenalty) {
    return new Beam(width, lengthPenalty);
  }

  /// Follows the `width` most probable prefixes; one that ends leaves the beam. Of the sequences
  /// that ended, and those that the limit cut off ([Hypothesis#cut]), the one with the largest
  /// score is taken:
  ///
  /// ```
  /// score = log p(y) / ((5 + n) / 6)^α        n symbols, an end included
  /// ```
  ///
  /// (Wu et al. 2016, arXiv 1609.08144). A beam of 1 is greedy.
  ///
  /// @param width the number of prefixes that are followed
  /// @param lengthPenalty α; 0 for none
  record Beam(int width, double lengthPenalty) implements Search {

    /// @throws IllegalArgumentException if the beam has no width or α is below 0
    public Beam {
      if (width < 1 || !(lengthPenalty >= 0)) {
        throw new IllegalArgumentException(
            "a beam of %d with length penalty %s, expected at least 1 and 0"
                .formatted(width, lengthPenalty));
      }
    }

    /// The score by which a sequence is chosen.
    public double score(double logProbability, int symbols) {
      return logProbability / StrictMath.pow((5.0 + symbols) / 6, lengthPenalty);
    }
  }

  /// One sequence a sample, drawn by a counter.
  record Draws(Sampling sampling) implements Search {}
}
