package dev.unroll.task.transduce;

import java.util.List;

/// What a transducer makes of a text.
///
/// @param hypotheses what the beam search ended with, the best first, at least one
public record Transduction(List<Hypothesis> hypotheses) {

  /// A text that may be right.
  ///
  /// @param text the text
  /// @param probability of the text, by the model
  /// @param cut whether it was cut off, as it is longer than any target of the training data
  public record Hypothesis(String text, double probability, boolean cut) {
    @Override
    public String toString() {
      return text;
    }
  }

  /// @throws IllegalArgumentException if there is none
  public Transduction {
    if (hypotheses.isEmpty()) {
      throw new IllegalArgumentException("no hypothesis, expected at least one");
    }
    hypotheses = List.copyOf(hypotheses);
  }

  /// The best text.
  public String text() {
    return hypotheses.getFirst().text();
  }

  /// The probability of the best text, by the model.
  public double probability() {
    return hypotheses.getFirst().probability();
  }

  /// Whether the best text was cut off, as it is longer than any target of the training data.
  public boolean cut() {
    return hypotheses.getFirst().cut();
  }

  /// Up to n of the best texts, the best first; no more than the beam has found.
  public List<Hypothesis> hypotheses(int n) {
    return hypotheses.subList(0, Math.min(n, hypotheses.size()));
  }

  @Override
  public String toString() {
    return text();
  }
}
