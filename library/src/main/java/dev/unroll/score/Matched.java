package dev.unroll.score;

import java.util.List;

/// Answers with the right answers to each.
final class Matched {
  private Matched() {}

  /// @throws IllegalArgumentException if there are not as many references as answers, or none for
  ///     one
  static void require(List<?> answers, List<? extends List<?>> references) {
    if (answers.size() != references.size()) {
      throw new IllegalArgumentException("%d answers and references for %d, expected as many"
          .formatted(answers.size(), references.size()));
    }
    for (int i = 0; i < references.size(); i++) {
      if (references.get(i).isEmpty()) {
        throw new IllegalArgumentException(
            "answer %d has no reference, expected at least one".formatted(i));
      }
    }
  }
}
