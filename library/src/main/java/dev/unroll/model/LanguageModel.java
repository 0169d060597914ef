package dev.unroll.model;

import dev.unroll.data.Tokens;
import dev.unroll.data.Vocabulary;
import dev.unroll.expr.Cell;

/// Models of symbol sequences, which predict the next symbol given all before it.
///
/// ```
/// x_t = E[s_t]                          embedding
/// h_t = stack(x_t, h_{t−1})
/// p(s_{t+1} | s_1 … s_t) = softmax(V h_t + c)
/// ```
///
/// Such a model is a [SequenceToSequence] over symbols that is trained on one long sequence, with
/// states carried from batch to batch: [dev.unroll.data.Batches#text].
public final class LanguageModel {
  /// The default length of a symbol's vector.
  public static final int EMBEDDING = 64;

  private LanguageModel() {}

  /// A model of the characters of a text, with its initial values; vectors of 64 for the
  /// characters, seed 1.
  public static SequenceToSequence of(String text, RecurrentStack body) {
    return parts(Tokens.of(Vocabulary.of(text).toList()), EMBEDDING, body, 1).initialized();
  }

  /// A model with its initial values: one layer of a cell, without dropout, vectors of 64 for the
  /// symbols, seed 1.
  ///
  /// @param symbols V, the size of the vocabulary
  public static SequenceToSequence of(int symbols, Cell cell, int hidden) {
    return parts(symbols, EMBEDDING, RecurrentStack.of(cell, hidden), 1).initialized();
  }

  /// Whether a model is a language model, which reads a text part by part.
  public static boolean is(Structure model) {
    return model instanceof SequenceToSequence it && it.architecture().carried();
  }

  /// The parts of a model.
  ///
  /// @param symbols V, the size of the vocabulary
  /// @param embedding the length of a symbol's vector
  /// @throws IllegalArgumentException if there are fewer than two symbols, or the stack has two
  ///     directions
  public static SequenceToSequence.Parts parts(int symbols, int embedding, RecurrentStack body,
      long seed) {
    if (symbols < 2) {
      throw new IllegalArgumentException(
          "%d symbols, expected at least 2: there is nothing to tell apart".formatted(symbols));
    }
    return new SequenceToSequence.Parts(
        Inputs.symbols(symbols, embedding), body, Outputs.classes(symbols), true, seed);
  }

  /// The parts of a model of known symbols.
  ///
  /// @param tokens what is read and written
  /// @param embedding the length of a symbol's vector
  /// @throws IllegalArgumentException if there are fewer than two tokens, or the stack has two
  ///     directions
  public static SequenceToSequence.Parts parts(
      Tokens tokens, int embedding, RecurrentStack body, long seed) {
    var parts = parts(tokens.size(), embedding, body, seed);
    return new SequenceToSequence.Parts(parts.inputs().named(tokens), body,
        parts.outputs().named(tokens), true, seed);
  }
}
