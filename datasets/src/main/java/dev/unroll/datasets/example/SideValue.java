package dev.unroll.datasets.example;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One side of one example as read: values, or words that are encoded when all words are
/// known.
sealed interface SideValue {

  record Known(Values values) implements SideValue {}

  record Words(List<String> words) implements SideValue {}

  /// The values; words get their numbers.
  default Values values(@Nullable Tokens tokens) {
    return switch (this) {
      case Known(var values) -> values;
      case Words(var words) when tokens != null -> new Symbols(tokens.encode(words));
      case Words _ -> throw new IllegalStateException("words without tokens");
    };
  }

  /// A label as its number; −1 if it is not among the tokens, and then it is added to the unseen.
  default Values label(@Nullable Tokens tokens, List<String> unseen) {
    if (this instanceof Words(var words) && tokens != null && !tokens.has(words.getFirst())) {
      unseen.add(words.getFirst());
      return Symbols.of(-1);
    }
    return values(tokens);
  }

  /// The words of all cells; `null` if there are none.
  static @Nullable Tokens tokens(List<SideValue> cells) {
    var words = new ArrayList<List<String>>();
    for (var cell : cells) {
      if (cell instanceof Words(var some)) {
        words.add(some);
      }
    }
    return words.isEmpty() ? null : Tokens.in(words);
  }

  /// A text, character by character, in Unicode's form NFC: an accent written on its own is part of
  /// its letter.
  static SideValue characters(String side, String text) {
    return words(side, composed(text).codePoints().mapToObj(Character::toString).toList());
  }

  /// A text, word by word, likewise.
  static SideValue cut(String side, String text) {
    return words(side,
        text.isBlank() ? List.of() : List.of(composed(text).strip().split("\\s+")));
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  static SideValue words(String side, List<String> words) {
    if (words.isEmpty()) {
      throw new DataException(
          "the %s is empty, expected at least one step; leave the example out.".formatted(side));
    }
    return new Words(words);
  }
}
