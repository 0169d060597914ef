package dev.unroll.model;

import dev.unroll.data.DataException;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.model.part.Probability;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model reads: vectors, or symbols, each embedded as a vector.
///
/// @param symbols V, the number of symbols; 0 for vectors
/// @param size the length of a step's vector
/// @param drop the probability with which a symbol's vector is dropped in training, the same for
///     all places of the symbol in a sequence (Gal and Ghahramani 2016, arXiv 1512.05287)
/// @param tokens what the symbols are, so that texts can be read; null where that is not known
/// @param scaling from the units of the data to those of the model; null for none
public record Inputs(int symbols, int size, double drop, @Nullable Tokens tokens,
    @Nullable Scaling scaling) {
  /// The default length of a symbol's vector.
  private static final int SIZE = 32;

  /// @throws IllegalArgumentException if a size is not at least 1 or a probability is not one
  public Inputs {
    if (symbols < 0 || size < 1) {
      throw new IllegalArgumentException(
          "inputs of %d symbols and size %d, expected at least 1".formatted(symbols, size));
    }
    Probability.require("the dropout of symbols", drop);
    if (drop > 0 && symbols == 0) {
      throw new IllegalArgumentException(
          "vectors have no symbols to drop; use the body's inputDropout");
    }
    if (tokens != null && tokens.size() != symbols) {
      throw new IllegalArgumentException("there are %d tokens for %d symbols; expected as many"
          .formatted(tokens.size(), symbols));
    }
    if (scaling != null && (symbols > 0 || scaling.columns() != size)) {
      throw new IllegalArgumentException(
          "a scaling of %d columns for %s; expected a column for each feature"
              .formatted(scaling.columns(), symbols > 0 ? "symbols" : size + " features"));
    }
  }

  /// Vectors of F features.
  public static Inputs features(int features) {
    return new Inputs(0, features, 0, null, null);
  }

  /// Symbols, each with a learned vector.
  ///
  /// @param symbols V
  /// @param size of the vectors
  public static Inputs symbols(int symbols, int size) {
    if (symbols < 1) {
      throw new IllegalArgumentException(symbols + " symbols, expected at least 1");
    }
    return new Inputs(symbols, size, 0, null, null);
  }

  /// The characters that occur in some texts, in Unicode's form NFC, each with a learned vector of
  /// 32 numbers.
  ///
  /// @throws DataException if there is no character
  public static Inputs characters(Collection<String> texts) {
    return tokens(Tokens.in(texts.stream().map(Inputs::composed).map(Inputs::characters).toList()));
  }

  /// The words that occur in some texts, between white space and in Unicode's form NFC, each with a
  /// learned vector of 32 numbers.
  ///
  /// @throws DataException if there is no word
  public static Inputs words(Collection<String> texts) {
    return tokens(Tokens.in(texts.stream().map(Inputs::composed).map(Inputs::words).toList()));
  }

  /// Tokens, each with a learned vector of 32 numbers.
  public static Inputs tokens(Tokens tokens) {
    return new Inputs(tokens.size(), SIZE, 0, tokens, null);
  }

  /// The same with vectors of another length.
  public Inputs size(int size) {
    return new Inputs(symbols, size, drop, tokens, scaling);
  }

  /// The same with dropout of the symbols' vectors in training, one mask entry for each symbol.
  public Inputs dropout(double drop) {
    return new Inputs(symbols, size, drop, tokens, scaling);
  }

  /// The same with symbols that are known by name; null for none.
  public Inputs named(@Nullable Tokens tokens) {
    return new Inputs(symbols, size, drop, tokens, scaling);
  }

  /// The same with features in the units of the data: they are scaled wherever the model is given
  /// examples, sequences or steps, but not in a [dev.unroll.data.Batch], which has the units of the
  /// model.
  ///
  /// ```java
  /// Inputs.features(8).scaled(Scaling.standard(data))
  /// ```
  ///
  /// @param scaling of a column for each feature; null for none
  public Inputs scaled(@Nullable Scaling scaling) {
    return new Inputs(symbols, size, drop, tokens, scaling);
  }

  /// Encodes the characters or words of a text, whichever the tokens are, as numbers. A letter and
  /// an accent that is a character of its own are composed (NFC), as long as the tokens know the
  /// result so.
  ///
  /// @throws DataException if one is not known, and the tokens have no [Tokens#UNKNOWN]
  /// @throws IllegalStateException if the model does not know what its symbols are
  public int[] encode(String text) {
    DataException.refuseNull(text, "the text");
    if (tokens == null) {
      throw new IllegalStateException(symbols == 0 ? "the model reads vectors, not texts"
          : "the model does not know what its symbols are; make it with Inputs.characters or"
              + " Inputs.words, or give it numbers of symbols");
    }
    boolean characters = tokens.toList().stream()
        .allMatch(token -> token.codePointCount(0, token.length()) == 1
            || token.equals(Tokens.UNKNOWN));
    var composed = composed(text);
    var sequence = characters ? characters(composed) : words(composed);
    if (composed.equals(text) || tokens.hasUnknown() || sequence.stream().allMatch(tokens::has)) {
      return tokens.encode(sequence);
    }
    // Models of earlier versions.
    return tokens.encode(characters ? characters(text) : words(text));
  }

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static List<String> characters(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
