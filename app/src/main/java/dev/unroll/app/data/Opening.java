package dev.unroll.app.data;

import dev.unroll.data.Vocabulary;
import java.util.stream.IntStream;

/// What a model reads before it writes: the end of a line, then the prompt. A model has learned what
/// follows inside of a text; a prompt that stands at the very beginning, where no line has ended
/// before, is something that it hardly ever saw, and it goes on badly from there.
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
