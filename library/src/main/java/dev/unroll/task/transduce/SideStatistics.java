package dev.unroll.task.transduce;

import dev.unroll.task.transduce.Segmentation.Unit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// What the texts of one side look like, from which the kind of their symbols is chosen.
///
/// @param texts that were looked at
/// @param all texts
/// @param words between white space, in all
/// @param different words
/// @param numbers of the different words that are numbers of two or more digits
/// @param lettered of all words, those with letters
/// @param letters of the different words with letters, in all
/// @param forms the number of these words
/// @param spaced whether at most a third of the letters are of scripts without blanks
record SideStatistics(long texts, long all, long words, long different, long numbers,
    long lettered, long letters, long forms, boolean spaced) {
  /// The texts that are looked at.
  private static final int MOST = 20_000;

  /// More different words than this are a language, not an inventory of symbols.
  private static final int INVENTORY = 200;

  /// Each symbol of an inventory occurs at least so often on average.
  private static final int OFTEN = 20;

  /// A sentence has so many words on average.
  private static final double SENTENCE = 2.5;

  /// A text has so many words on average, and a word so many letters; the symbols of an inventory,
  /// such as phones, are shorter.
  private static final double WORDS = 3;
  private static final double LETTERS = 2.5;

  /// With fewer words there is too little to learn subwords from.
  private static final int ENOUGH = 20_000;

  private static final int WORDS_PER_MERGE = 300;
  private static final int FEWEST_MERGES = 500;
  private static final int MOST_MERGES = 8_000;

  static SideStatistics of(List<String> texts) {
    int looked = Math.min(MOST, texts.size());
    var different = new HashSet<String>();
    long words = 0;
    long lettered = 0;
    long letters = 0;
    long unspaced = 0;
    for (int i = 0; i < looked; i++) {
      var text = Segmentation.normal(texts.get((int) ((long) i * texts.size() / looked)));
      for (var word : Segmentation.words(text)) {
        words++;
        different.add(word);
        lettered += letters(word) > 0 ? 1 : 0;
      }
      letters += text.codePoints().filter(Character::isLetter).count();
      unspaced += text.codePoints().filter(SideStatistics::isUnspaced).count();
    }
    return new SideStatistics(looked, texts.size(), words, different.size(),
        different.stream().filter(word -> word.matches("[0-9]{2,}")).count(), lettered,
        different.stream().mapToLong(SideStatistics::letters).sum(),
        different.stream().filter(word -> letters(word) > 0).count(),
        3 * unspaced <= letters);
  }

  private static long letters(String word) {
    return word.codePoints().filter(Character::isLetter).count();
  }

  private static boolean isUnspaced(int codePoint) {
    return switch (Character.UnicodeScript.of(codePoint)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      default -> false;
    };
  }

  double wordsPerText() {
    return (double) words / texts;
  }

  /// Whether the texts are sentences of a language.
  boolean isLanguage() {
    return spaced && wordsPerText() >= SENTENCE && different > INVENTORY;
  }

  /// Whether the texts are natural ones, of words with letters between blanks, however few
  /// different ones there are.
  boolean isNatural() {
    return spaced && wordsPerText() >= WORDS && 2 * lettered >= words && letters >= LETTERS * forms;
  }

  private boolean isInventory() {
    return wordsPerText() >= 2 && different <= INVENTORY && words >= OFTEN * different
        && 10 * numbers <= different;
  }

  Unit unit() {
    return isInventory() ? Unit.WORDS
        : isLanguage() && words >= ENOUGH ? Unit.SUBWORDS : Unit.CHARACTERS;
  }

  /// The number of merges of subwords: fewer for little data, so that each occurs often enough.
  int merges() {
    return Math.clamp(words * all / texts / WORDS_PER_MERGE, FEWEST_MERGES, MOST_MERGES);
  }

  /// Why, a part of a sentence.
  String reason() {
    var seen = String.format(Locale.ROOT, "%d different words, %.1f in a text", different,
        wordsPerText());
    return switch (unit()) {
      case WORDS -> "a small inventory between blanks, " + seen;
      case SUBWORDS -> "sentences, " + seen;
      case CHARACTERS -> isLanguage() ? words + " words, too few to learn subwords from"
          : wordsPerText() < 2 ? "hardly a blank" : seen;
    };
  }
}
