package dev.unroll.app.data;

import dev.unroll.train.text.TextCoding;
import dev.unroll.train.text.TextCoding.Unit;

/// The text that a model reads before it generates: a line break, then the prompt. In training a
/// model saw what follows within a text; it hardly ever saw the very beginning of a text, without a
/// line break before it, and continues badly from there.
public final class Opening {
  private Opening() {}

  /// The symbols of a prompt, at the beginning of a line where the text has lines.
  ///
  /// @throws dev.unroll.data.DataException if the vocabulary lacks a character of the prompt
  public static int[] of(TextCoding coding, String prompt) {
    var symbols = coding.encode(prompt); // what cannot be read is counted in the prompt alone
    if (coding.unit() != Unit.CHARACTER || coding.tokens().has("\n")) {
      return coding.encode("\n" + prompt);
    }
    return prompt.isEmpty() ? new int[] {0} : symbols;
  }
}
