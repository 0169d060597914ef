package dev.unroll.task;

import dev.unroll.data.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The vocabulary of a model, counted in the training texts: [Tokens#UNKNOWN], then the symbols
/// that occur often enough.
///
/// Rarer symbols are read as unknown in training too, so that the model learns to handle them.
final class Lexicon {
  /// With fewer texts, every symbol is included.
  private static final int FEW_TEXTS = 1000;
  private static final int LEAST = 2;

  /// Each symbol has a vector, which takes memory and time in every step.
  private static final int MOST = 30_000;

  private Lexicon() {}

  /// The vocabulary of texts.
  ///
  /// @param texts the training texts
  static Tokens of(TextForm form, List<String> texts) {
    var counts = new HashMap<String, Integer>();
    for (var text : texts) {
      for (var symbol : form.split(text)) {
        counts.merge(symbol, 1, Integer::sum);
      }
    }
    return Tokens.of(kept(counts, texts.size() < FEW_TEXTS ? 1 : LEAST));
  }

  private static List<String> kept(Map<String, Integer> counts, int least) {
    counts.remove(Tokens.UNKNOWN);
    var often = counts.entrySet().stream().filter(entry -> entry.getValue() >= least)
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST).map(Map.Entry::getKey).sorted().toList();
    var tokens = new ArrayList<String>();
    tokens.add(Tokens.UNKNOWN);
    tokens.addAll(often);
    return tokens;
  }

  /// Encodes a text; a blank text is one unknown symbol.
  static int[] encode(TextForm form, Tokens tokens, String text) {
    var symbols = form.split(text);
    return tokens.encode(symbols.isEmpty() ? List.of(Tokens.UNKNOWN) : symbols);
  }
}
