package dev.unroll.datasets;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The detected format of one side of the examples, and the reason.
record Look(As as, String reason) {
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
  static Look ofTexts(List<String> texts, As as) {
    if (as != As.LABEL) {
      var words = texts.stream().flatMap(text -> Stream.of(text.strip().split("\\s+"))).toList();
      boolean sentences = !texts.isEmpty() && words.size() >= SENTENCE * texts.size()
          && 2 * new HashSet<>(words).size() <= words.size();
      return sentences
          ? new Look(As.WORDS, String.format(Locale.ROOT, "texts of %d words on average",
              Math.round((double) words.size() / texts.size())))
          : new Look(as, "texts");
    }
    int distinct = new HashSet<>(texts).size();
    boolean repeat = texts.size() < FEWEST || distinct < texts.size()
        && (texts.size() < MANY || 2 * distinct <= texts.size());
    return repeat
        ? new Look(As.LABEL,
            String.format(Locale.ROOT, "%,d different texts in %,d", distinct, texts.size()))
        : new Look(As.CHARACTERS,
            String.format(Locale.ROOT, "%,d different texts in %,d are no labels", distinct,
                texts.size()));
  }

  /// The format of integers.
  ///
  /// @param as their format if they are numbers of classes
  static Look ofWholeNumbers(List<Long> numbers, As as) {
    if (as == As.NUMBERS) {
      return new Look(as, "whole numbers");
    }
    return Looks.areClasses(numbers.stream()) ? new Look(as, "whole numbers as of classes")
        : ofLargeNumbers();
  }

  /// The format of integers that are not classes.
  static Look ofLargeNumbers() {
    return new Look(As.NUMBERS, "whole numbers, not as of classes");
  }

  /// The format of a column of texts that are numbers but for a few, which are errors.
  static Look ofNumbersBut(int others, int words) {
    return new Look(As.NUMBERS,
        String.format(Locale.ROOT, "numbers but for %,d of %,d", others, words));
  }

  /// The format of arrays of arrays.
  static Look ofRows() {
    return new Look(As.NUMBERS, "rows of numbers");
  }

  /// The format of other numbers.
  static Look ofNumbers() {
    return new Look(As.NUMBERS, "not all are whole");
  }
}
