package dev.unroll.server.generate;

import java.util.List;

/// How a text ended.
///
/// @param reason `length` after the most symbols, `stop` before a text that was to end it, `end`
///     where the model ended it
/// @param tokens the symbols that were written
/// @param hypotheses of a beam, the best first; empty if a text was drawn
public record Ending(String reason, int tokens, List<Hypothesis> hypotheses) {
  /// The most symbols were written.
  static final String LENGTH = "length";

  /// A text came that was to end it.
  static final String STOP = "stop";

  /// The model ended it.
  static final String END = "end";

  /// An answer of a beam.
  public record Hypothesis(String text, double logProbability) {}

  /// Copies the list.
  public Ending {
    hypotheses = List.copyOf(hypotheses);
  }
}
