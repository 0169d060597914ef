package dev.unroll.task;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The tokenization of texts.
///
/// Words are runs of letters, digits and marks, with apostrophes and hyphens inside; any other
/// character that is not white space is a word of its own, and a run of equal ones is one word:
/// `don't stop...` has `don't`, `stop`, `...`. Everything is in Unicode's form NFC.
///
/// @param unit words or characters
/// @param lowerCase whether letters are converted to lower case
/// @param longest the largest number of symbols that are read; later ones are cut off
public record TextForm(Unit unit, boolean lowerCase, int longest) {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['’\\-][\\p{L}\\p{M}\\p{N}]+)*|(\\S)\\1*");

  /// Texts with fewer words than this are names and codes, for which characters work better.
  private static final int FEW_WORDS = 4;

  /// The number of texts that are examined.
  private static final int MOST = 10_000;

  /// The kind of symbols.
  public enum Unit {
    /// Words.
    WORDS,
    /// Unicode code points.
    CHARACTERS
  }

  /// @throws IllegalArgumentException if the limit is below 1
  public TextForm {
    if (longest < 1) {
      throw new IllegalArgumentException(longest + " symbols are read, expected at least 1");
    }
  }

  /// The default: up to 400 words in lower case, or up to 1000 unchanged characters.
  public static TextForm of(Unit unit) {
    return unit == Unit.WORDS ? new TextForm(unit, true, 400) : new TextForm(unit, false, 1000);
  }

  /// Chooses words, if half of the texts or more have at least four words between blanks and at
  /// most a third of the letters are of scripts that are written without blanks (Chinese, Japanese,
  /// Thai and others); else characters.
  public static TextForm choose(List<String> texts) {
    int looked = Math.min(MOST, texts.size());
    int several = 0;
    long letters = 0;
    long unspaced = 0;
    for (int i = 0; i < looked; i++) {
      var text = texts.get((int) ((long) i * texts.size() / looked));
      several += text.strip().split("\\s+").length >= FEW_WORDS ? 1 : 0;
      letters += text.codePoints().filter(Character::isLetter).count();
      unspaced += text.codePoints().filter(TextForm::isUnspaced).count();
    }
    return of(2 * several >= looked && 3 * unspaced <= letters ? Unit.WORDS : Unit.CHARACTERS);
  }

  private static boolean isUnspaced(int codePoint) {
    return switch (Character.UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      default -> false;
    };
  }

  /// The symbols of a text; none of a text that is blank.
  public List<String> split(String text) {
    var normal = written(text.strip());
    if (unit == Unit.CHARACTERS) {
      return normal.codePoints().limit(longest).mapToObj(Character::toString).toList();
    }
    var words = new ArrayList<String>();
    var matcher = WORD.matcher(normal);
    while (words.size() < longest && matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /// A symbol, or a text, as the model knows it: in form NFC, and in lower case if it is so read.
  public String written(String text) {
    var normal = Normalizer.normalize(text, Normalizer.Form.NFC);
    return lowerCase ? normal.toLowerCase(Locale.ROOT) : normal;
  }

  /// Whether a text is longer than what is read of it.
  boolean cuts(String text) {
    return new TextForm(unit, lowerCase, longest + 1).split(text).size() > longest;
  }

  @Override
  public String toString() {
    return unit.name().toLowerCase(Locale.ROOT) + (lowerCase ? " in small letters" : "");
  }
}
