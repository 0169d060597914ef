package dev.unroll.app;

import dev.unroll.data.Vocabulary;

/// What generated text begins with where no prompt is given: the end of a line, so that a new one
/// begins, or the vocabulary's first character where it has no lines.
final class Opening {
  private Opening() {}

  static int[] of(Vocabulary vocabulary) {
    return new int[] {Math.max(0, vocabulary.toList().indexOf("\n"))};
  }
}
