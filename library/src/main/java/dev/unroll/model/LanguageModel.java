package dev.unroll.model;

import dev.unroll.data.Tokens;
import dev.unroll.data.Vocabulary;
import dev.unroll.expr.Cell;

/// Models of symbol sequences: what comes next, given everything before.
///
/// ```
/// x_t = E[s_t]                          embedding
/// h_t = body(x_t, h_{t−1})
/// p(s_{t+1} | s_1 … s_t) = softmax(V h_t + c)
/// ```
///
/// Such a model is a [SequenceToSequence] over symbols that is trained on one long sequence, with states
/// carried on from batch to batch: [dev.unroll.data.Batches#text].
public final class LanguageModel {
  /// The length of a symbol's vector, unless another is given.
  public static final int EMBEDDING = 64;

  private LanguageModel() {}

  /// A model of the characters of a text, with its initial values; vectors of 64 for the characters, seed 1.
  public static SequenceToSequence of(String text, RecurrentStack body) {
    return parts(Tokens.of(Vocabulary.of(text).toList()), EMBEDDING, body, 1).initialized();
  }

  /// A model with its initial values: one layer of a cell, without dropout, vectors of 64 for the symbols,
  /// seed 1.
  ///
  /// @param symbols V, the size of the vocabulary
  public static SequenceToSequence of(int symbols, Cell cell, int hidden) {
    return parts(symbols, EMBEDDING, RecurrentStack.of(cell, hidden), 1).initialized();
  }

  /// Whether a model is one that reads a text part by part.
  public static boolean is(Structure model) {
    return model instanceof SequenceToSequence it && it.architecture().carried();
  }

  /// What a model is made of.
  ///
  /// @param symbols V, the size of the vocabulary
  /// @param embedding the length of a symbol's vector
  /// @throws IllegalArgumentException if there are fewer than two symbols, or the body has two directions
  public static SequenceToSequence.Parts parts(int symbols, int embedding, RecurrentStack body,
      long seed) {
    if (symbols < 2) {
      throw new IllegalArgumentException(
          "%d symbols, expected at least 2: there is nothing to tell apart".formatted(symbols));
    }
    return new SequenceToSequence.Parts(
        Inputs.symbols(symbols, embedding), body, Outputs.classes(symbols), true, seed);
  }

  /// What a model of known symbols is made of.
  ///
  /// @param tokens what is read and written
  /// @param embedding the length of a symbol's vector
  /// @throws IllegalArgumentException if there are fewer than two tokens, or the body has two directions
  public static SequenceToSequence.Parts parts(
      Tokens tokens, int embedding, RecurrentStack body, long seed) {
    var parts = parts(tokens.size(), embedding, body, seed);
    return new SequenceToSequence.Parts(parts.inputs().named(tokens), body,
        parts.outputs().named(tokens), true, seed);
  }
}
