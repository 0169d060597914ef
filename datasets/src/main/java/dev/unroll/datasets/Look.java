package dev.unroll.datasets;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// What one side of the examples looks like, and why.
record Look(As as, String reason) {
  /// Fewer examples tell nothing about whether classes repeat.
  private static final int FEWEST = 8;

  /// From so many examples on, each class is expected twice.
  private static final int MANY = 32;

  /// Texts. In a target they are classes if these repeat: of classes that occur once, none that is
  /// learned is asked again.
  ///
  /// @param as what they are otherwise
  static Look ofTexts(List<String> texts, As as) {
    if (as != As.LABEL) {
      return new Look(as, "texts");
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

  /// Whole numbers.
  ///
  /// @param as what they are if they are numbers of classes
  static Look ofWholeNumbers(List<Long> numbers, As as) {
    if (as == As.NUMBERS) {
      return new Look(as, "whole numbers");
    }
    return Looks.areClasses(numbers.stream()) ? new Look(as, "whole numbers as of classes")
        : ofLargeNumbers();
  }

  /// Whole numbers that are none of classes.
  static Look ofLargeNumbers() {
    return new Look(As.NUMBERS, "whole numbers, not as of classes");
  }

  /// Arrays of arrays.
  static Look ofRows() {
    return new Look(As.NUMBERS, "rows of numbers");
  }

  /// Others.
  static Look ofNumbers() {
    return new Look(As.NUMBERS, "not all are whole");
  }
}
