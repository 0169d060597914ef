package dev.unroll.datasets;

/// How one side of a user's examples is read.
public enum As {
  /// A text, character by character.
  CHARACTERS,
  /// A text, word by word (cut at spaces), or an array of texts.
  WORDS,
  /// One class: a text, a whole number or a truth value.
  LABEL,
  /// Numbers of symbols or classes, from 0: one or an array; −1 in a target asks nothing.
  SYMBOLS,
  /// Numbers: one, or a number a step, or an array of numbers a step.
  NUMBERS
}
