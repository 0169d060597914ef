package dev.unroll.app.exchange;

import java.util.ArrayList;
import java.util.List;

/// Vocabularies of characters that ml5 published have lost the letters u and U, which a conversion
/// took for the beginning of an escape: two blanks stand for u, and nothing for U.
final class LostLetters {
  private static final String SMALL = "  ";
  private static final String CAPITAL = "";

  private LostLetters() {}

  /// The symbols with both letters in their places, where they are lost so; otherwise the symbols.
  static List<String> mended(List<String> symbols) {
    boolean lost = symbols.contains(SMALL) && symbols.contains(CAPITAL)
        && !symbols.contains("u") && !symbols.contains("U")
        && symbols.stream().allMatch(symbol -> symbol.equals(SMALL) || symbol.equals(CAPITAL)
            || symbol.codePointCount(0, symbol.length()) == 1);
    if (!lost) {
      return symbols;
    }
    var mended = new ArrayList<>(symbols);
    mended.replaceAll(symbol -> symbol.equals(SMALL) ? "u" : symbol.equals(CAPITAL) ? "U" : symbol);
    return mended;
  }
}
