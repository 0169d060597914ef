package dev.unroll.model;

import dev.unroll.data.DataException;
import dev.unroll.data.Scaling;
import dev.unroll.data.Tokens;
import dev.unroll.layer.Merge;
import dev.unroll.model.part.Probability;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
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
/// @param letters how the letters of words are read too; null if they are not
/// @param columns the names of the features, so that they can be read from records; null where they
///     are not known
public record Inputs(int symbols, int size, double drop, @Nullable Tokens tokens,
    @Nullable Scaling scaling, @Nullable Letters letters, @Nullable List<String> columns) {
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
    if (letters != null && symbols == 0) {
      throw new IllegalArgumentException("vectors have no letters; leave them out");
    }
    if (columns != null) {
      columns = List.copyOf(columns);
      if (symbols > 0 || columns.size() != size || new HashSet<>(columns).size() != size) {
        throw new IllegalArgumentException("the columns %s for %s; expected a name of its own for "
            .formatted(columns, symbols > 0 ? "symbols" : size + " features") + "each feature");
      }
    }
  }

  /// Vectors of F features.
  public static Inputs features(int features) {
    return new Inputs(0, features, 0, null, null, null, null);
  }

  /// Vectors of features with these names, which the model file keeps: streams read them from
  /// records.
  ///
  /// @throws IllegalArgumentException if there is none, or two are the same
  public static Inputs features(String... columns) {
    return features(columns.length).columns(List.of(columns));
  }

  /// Symbols, each with a learned vector.
  ///
  /// @param symbols V
  /// @param size of the vectors
  public static Inputs symbols(int symbols, int size) {
    if (symbols < 1) {
      throw new IllegalArgumentException(symbols + " symbols, expected at least 1");
    }
    return new Inputs(symbols, size, 0, null, null, null, null);
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
    return new Inputs(tokens.size(), SIZE, 0, tokens, null, null, null);
  }

  /// The same with vectors of another length.
  public Inputs size(int size) {
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
  }

  /// The same with dropout of the symbols' vectors in training, one mask entry for each symbol.
  public Inputs dropout(double drop) {
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
  }

  /// The same with symbols that are known by name; null for none.
  public Inputs named(@Nullable Tokens tokens) {
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
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
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
  }

  /// The same for words that are given with their letters ([dev.unroll.data.Values.Words]): what is
  /// read of those follows the vector of the word.
  ///
  /// @param letters how they are read; null for none
  public Inputs letters(@Nullable Letters letters) {
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
  }

  /// The same with names of the features; null for none.
  public Inputs columns(@Nullable List<String> columns) {
    return new Inputs(symbols, size, drop, tokens, scaling, letters, columns);
  }

  /// The length of what the first layer reads at a step: the vector, and what was read of letters.
  public int width() {
    return letters == null ? size : size + letters.outputSize();
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

  /// How the letters of a word are read, so that a word that is not known is not lost: a recurrent
  /// stack of its own reads them, and its last output follows the vector of the word.
  ///
  /// ```
  /// x_t = [E[s_t], last(stack(L[l_1] … L[l_n]))]        l the letters of word t
  /// ```
  ///
  /// Each different word of a batch is read once. In two directions, each gives the output at its
  /// own last letter. Ling et al. 2015, "Finding function in form", arXiv 1508.02096.
  ///
  /// @param tokens the letters
  /// @param size the length of a letter's vector
  /// @param longest the largest number of letters that are read; of a longer word the middle is
  ///     left out
  /// @param body the stack
  public record Letters(Tokens tokens, int size, int longest, RecurrentStack body) {

    /// @throws IllegalArgumentException if a size is below 1, or the body has a penalty, which
    ///     would not be added to the loss
    public Letters {
      if (size < 1 || longest < 2) {
        throw new IllegalArgumentException(
            "letters of size %d, up to %d of a word; expected at least 1 and 2"
                .formatted(size, longest));
      }
      if (body.activationPenalty() > 0 || body.temporalPenalty() > 0) {
        throw new IllegalArgumentException(
            "the stack that reads letters can have no penalty on activations; leave it out");
      }
    }

    /// The characters that occur in words, and [Tokens#UNKNOWN] for all others, read in both
    /// directions.
    ///
    /// @param words in which letters are counted
    /// @param least how often a letter must occur
    /// @throws DataException if a word is null
    public static Letters of(Collection<String> words, int least, int size, RecurrentStack body) {
      var all = new ArrayList<>(words);
      DataException.refuseNullIn(all, "word");
      var tokens = Tokens
          .frequent(all.stream().map(Inputs::composed).map(Inputs::characters).toList(), least);
      return new Letters(tokens, size, 32, body.bidirectional(Merge.CONCATENATE));
    }

    /// The numbers of the letters of a word, in Unicode's form NFC.
    ///
    /// @throws DataException if the word is empty, or a letter is not known and the letters have no
    ///     [Tokens#UNKNOWN]
    public int[] encode(String word) {
      DataException.refuseNull(word, "the word");
      int[] all = tokens.encode(characters(composed(word)));
      if (all.length == 0) {
        throw new DataException("a word has no letters, expected at least 1");
      }
      if (all.length <= longest) {
        return all;
      }
      int head = longest / 2;
      int[] some = Arrays.copyOf(all, longest);
      int tail = longest - head;
      System.arraycopy(all, all.length - tail, some, head, tail);
      return some;
    }

    /// The length of what is put behind the vector of a word.
    public int outputSize() {
      int hidden = body.outputSize();
      return body.directions() == Merge.CONCATENATE ? 2 * hidden : hidden;
    }
  }
}
