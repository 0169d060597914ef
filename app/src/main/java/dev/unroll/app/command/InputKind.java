package dev.unroll.app.command;

import dev.unroll.app.task.TagAnswers;
import dev.unroll.datasets.example.As;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The words of `predict --input`: what an input of a model of `unroll fit` is, or how the
/// sentences of a tagger are written.
public enum InputKind {
  /// As [As].
  CHARACTERS(As.CHARACTERS, null),
  /// As [As].
  WORDS(As.WORDS, null),
  /// As [As].
  LABEL(As.LABEL, null),
  /// As [As].
  SYMBOLS(As.SYMBOLS, null),
  /// As [As].
  NUMBERS(As.NUMBERS, null),
  /// As [TagAnswers.Input].
  CONLL(null, TagAnswers.Input.CONLL),
  /// As [TagAnswers.Input].
  TEXT(null, TagAnswers.Input.TEXT),
  /// As [TagAnswers.Input].
  JSON(null, TagAnswers.Input.JSON);

  private final @Nullable As example;
  private final TagAnswers.@Nullable Input sentence;

  InputKind(@Nullable As example, TagAnswers.@Nullable Input sentence) {
    this.example = example;
    this.sentence = sentence;
  }

  /// Of an example.
  ///
  /// @throws IllegalArgumentException if it is for taggers
  As example() {
    if (example == null) {
      throw new IllegalArgumentException(
          ("--input %s is for taggers, expected characters, words, label, symbols or numbers for"
              + " this model").formatted(this));
    }
    return example;
  }

  /// Of sentences to tag.
  ///
  /// @throws IllegalArgumentException if it is for other models
  TagAnswers.Input sentence() {
    if (sentence == null) {
      throw new IllegalArgumentException(
          "--input %s is not for taggers, expected conll, text or json".formatted(this));
    }
    return sentence;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
