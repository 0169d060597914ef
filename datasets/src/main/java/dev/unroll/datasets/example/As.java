package dev.unroll.datasets.example;

/// The format of one side of a user's examples.
public enum As {
  /// A text, character by character.
  CHARACTERS,
  /// A text, word by word (cut at spaces), or an array of texts.
  WORDS,
  /// One class: a text, an integer or a boolean.
  LABEL,
  /// Numbers of symbols or classes, from 0: one or an array; −1 in a target is masked.
  SYMBOLS,
  /// Numbers: one, or a number for each step, or an array of numbers for each step.
  NUMBERS
}
