package dev.unroll.data.text;

/// A text cut in two: the beginning for training, the rest for validation.
///
/// @param train the first part
/// @param validation the rest; empty for a text too small to have one
public record TextSplit(String train, String validation) {
  /// The first 90 % of the characters for training, the last 10 % for validation: the usual split
  /// of tiny Shakespeare.
  public static TextSplit of(String text) {
    return of(text, 0.9);
  }

  /// The first `⌊fraction · characters⌋` characters for training, the rest for validation. A
  /// character is a code point; none is cut in two.
  ///
  /// @throws IllegalArgumentException if the fraction is not above 0 and at most 1
  public static TextSplit of(String text, double fraction) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "TextSplit: the fraction to train on is %s, expected above 0 and at most 1."
              .formatted(fraction));
    }
    int characters = text.codePointCount(0, text.length());
    int cut = text.offsetByCodePoints(0, (int) (fraction * characters));
    return new TextSplit(text.substring(0, cut), text.substring(cut));
  }
}
