package dev.unroll.app.data;

import dev.unroll.data.Vocabulary;
import java.util.stream.IntStream;

/// The text that a model reads before it generates: a line break, then the prompt. In training a
/// model saw what follows within a text; it hardly ever saw the very beginning of a text, without a
/// line break before it, and continues badly from there.
public final class Opening {
  private Opening() {}

  /// The symbols of a prompt, at the beginning of a line where the vocabulary has lines.
  ///
  /// @throws dev.unroll.data.DataException if the vocabulary lacks a character of the prompt
  public static int[] of(Vocabulary vocabulary, String prompt) {
    int[] symbols = vocabulary.encode(prompt);
    int newline = vocabulary.toList().indexOf("\n");
    if (newline < 0) {
      return symbols.length == 0 ? new int[] {0} : symbols;
    }
    return IntStream.concat(IntStream.of(newline), IntStream.of(symbols)).toArray();
  }
}
