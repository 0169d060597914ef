package dev.unroll.datasets.example;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The detected format of one side of the examples, and the reason.
record Detection(As as, String reason) {
  /// The smallest number of examples to tell whether classes repeat.
  private static final int FEWEST = 8;

  /// The number of examples from which each class is expected twice.
  private static final int MANY = 32;

  /// The mean number of words from which texts are sentences.
  private static final int SENTENCE = 4;

  /// The format of texts. In a target they are classes if these repeat: a class that occurs once
  /// cannot be both learned and tested. In an input, sentences are words if most of these occur
  /// again.
  ///
  /// @param as their format otherwise
  static Detection ofTexts(List<String> texts, As as) {
    if (as != As.LABEL) {
      var words = texts.stream().flatMap(text -> Stream.of(text.strip().split("\\s+"))).toList();
      boolean sentences = !texts.isEmpty() && words.size() >= SENTENCE * texts.size()
          && 2 * new HashSet<>(words).size() <= words.size();
      return sentences
          ? new Detection(As.WORDS, String.format(Locale.ROOT, "texts of %d words on average",
              Math.round((double) words.size() / texts.size())))
          : new Detection(as, "texts");
    }
    int distinct = new HashSet<>(texts).size();
    boolean repeat = texts.size() < FEWEST || distinct < texts.size()
        && (texts.size() < MANY || 2 * distinct <= texts.size());
    return repeat
        ? new Detection(As.LABEL,
            String.format(Locale.ROOT, "%,d different texts in %,d", distinct, texts.size()))
        : new Detection(As.CHARACTERS,
            String.format(Locale.ROOT, "%,d different texts in %,d are no labels", distinct,
                texts.size()));
  }

  /// The format of integers.
  ///
  /// @param as their format if they are numbers of classes
  static Detection ofWholeNumbers(List<Long> numbers, As as) {
    if (as == As.NUMBERS) {
      return new Detection(as, "whole numbers");
    }
    return Looks.areClasses(numbers.stream()) ? new Detection(as, "whole numbers as of classes")
        : ofLargeNumbers();
  }

  /// The format of integers that are not classes.
  static Detection ofLargeNumbers() {
    return new Detection(As.NUMBERS, "whole numbers, not as of classes");
  }

  /// The format of a column of texts that are numbers but for a few, which are errors.
  static Detection ofNumbersBut(int others, int words) {
    return new Detection(As.NUMBERS,
        String.format(Locale.ROOT, "numbers but for %,d of %,d", others, words));
  }

  /// The format of arrays of arrays.
  static Detection ofRows() {
    return new Detection(As.NUMBERS, "rows of numbers");
  }

  /// The format of other numbers.
  static Detection ofNumbers() {
    return new Detection(As.NUMBERS, "not all are whole");
  }
}
