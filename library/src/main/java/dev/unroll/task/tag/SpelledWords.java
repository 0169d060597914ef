package dev.unroll.task.tag;

import dev.unroll.cell.Gru;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.model.Inputs;
import dev.unroll.model.RecurrentStack;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How a tagger reads words: in lower case if they occur often enough, else as [Tokens#UNKNOWN];
/// and their letters as they are.
final class SpelledWords {
  /// With fewer sentences every word is known.
  private static final int FEW = 1000;
  private static final int LEAST = 2;

  /// Each word has a vector, which takes memory and time in every step.
  private static final int MOST = 30_000;

  private SpelledWords() {}

  /// The words and letters of the training data.
  static Inputs inputs(List<List<String>> sentences, TagDesign design) {
    var lower = sentences.stream().map(SpelledWords::lower).toList();
    int least = sentences.size() < FEW ? 1 : LEAST;
    var words = Tokens.frequent(lower, least);
    while (words.size() > MOST) {
      least++;
      words = Tokens.frequent(lower, least);
    }
    var all = new ArrayList<String>();
    sentences.forEach(all::addAll);
    var letters = Inputs.Letters.of(all, least == 1 ? 1 : LEAST, design.letterSize(),
        RecurrentStack.of(Gru.cell(), design.letterHidden()));
    return Inputs.tokens(words).size(design.size()).dropout(design.wordDrop()).letters(letters);
  }

  private static List<String> lower(List<String> tokens) {
    return tokens.stream().map(SpelledWords::lower).toList();
  }

  private static String lower(String token) {
    return token.toLowerCase(Locale.ROOT);
  }

  /// A sentence as the model reads it.
  static Values.Words encode(Inputs inputs, List<String> tokens) {
    var known = inputs.tokens();
    var letters = inputs.letters();
    if (known == null || letters == null) {
      throw new IllegalStateException("the model does not read words with their letters");
    }
    int[] symbols = new int[tokens.size()];
    var spelled = new int[symbols.length][];
    for (int t = 0; t < symbols.length; t++) {
      var token = Normalizer.normalize(tokens.get(t), Normalizer.Form.NFC);
      symbols[t] = known.number(lower(token));
      spelled[t] = letters.encode(token);
    }
    return new Values.Words(symbols, spelled);
  }

  /// Whether a word is known, other than by its letters.
  static boolean knows(Inputs inputs, String token) {
    var known = inputs.tokens();
    return known != null && known.has(lower(Normalizer.normalize(token, Normalizer.Form.NFC)));
  }
}
