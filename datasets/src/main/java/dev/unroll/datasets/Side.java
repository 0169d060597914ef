package dev.unroll.datasets;

import dev.unroll.data.DataException;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values;
import dev.unroll.data.Values.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One side of one example as read: values, or words that are encoded when all words are
/// known.
sealed interface Side {

  record Known(Values values) implements Side {}

  record Words(List<String> words) implements Side {}

  /// The values; words get their numbers.
  default Values values(@Nullable Tokens tokens) {
    return switch (this) {
      case Known(var values) -> values;
      case Words(var words) when tokens != null -> new Symbols(tokens.encode(words));
      case Words _ -> throw new IllegalStateException("words without tokens");
    };
  }

  /// The words of all cells; `null` if there are none.
  static @Nullable Tokens tokens(List<Side> cells) {
    var words = new ArrayList<List<String>>();
    for (var cell : cells) {
      if (cell instanceof Words(var some)) {
        words.add(some);
      }
    }
    return words.isEmpty() ? null : Tokens.in(words);
  }

  /// A text, character by character.
  static Side characters(String side, String text) {
    return words(side, text.codePoints().mapToObj(Character::toString).toList());
  }

  /// A text, word by word.
  static Side cut(String side, String text) {
    return words(side, text.isBlank() ? List.of() : List.of(text.strip().split("\\s+")));
  }

  static Side words(String side, List<String> words) {
    if (words.isEmpty()) {
      throw new DataException(
          "the %s is empty, expected at least one step; leave the example out.".formatted(side));
    }
    return new Words(words);
  }
}
