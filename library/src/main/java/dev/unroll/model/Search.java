package dev.unroll.model;

import dev.unroll.model.Decoding.Hypothesis;

/// How a sequence is chosen among those that a model may write.
public sealed interface Search {

  /// The most probable symbol at each step.
  static Search greedy() {
    return new Beam(1, 0);
  }

  /// Each symbol drawn by its probability.
  static Search sampling(Sampling sampling) {
    return new Draws(sampling);
  }

  /// Beam search.
  static Search beam(int width, double lengthPenalty) {
    return new Beam(width, lengthPenalty);
  }

  /// The `width` most probable beginnings are followed; one that ends leaves the beam. Of those that
  /// ended, and those that the most symbols cut off ([Hypothesis#cut]), the one with the largest score is
  /// taken:
  ///
  /// ```
  /// score = log p(y) / ((5 + n) / 6)^α        n symbols, an end included
  /// ```
  ///
  /// (Wu et al. 2016, arXiv 1609.08144). A beam of 1 is greedy.
  ///
  /// @param width how many are followed
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

    /// By what a sequence is chosen.
    public double score(double logProbability, int symbols) {
      return logProbability / StrictMath.pow((5.0 + symbols) / 6, lengthPenalty);
    }
  }

  /// One sequence a sample, drawn by a counter.
  record Draws(Sampling sampling) implements Search {}
}
