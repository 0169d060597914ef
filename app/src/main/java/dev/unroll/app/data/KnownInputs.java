package dev.unroll.app.data;

import dev.unroll.data.Example;
import dev.unroll.data.Tokens;
import dev.unroll.data.Values.Symbols;
import dev.unroll.datasets.example.As;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tokens of the inputs that occur often enough in the training part. All others are read as
/// [Tokens#UNKNOWN], in training too, so that the model learns what to do with them.
///
/// @param tokens UNKNOWN, then the known ones in lexicographic order
/// @param numbers for each token of the file its number among these
/// @param rare the number of tokens that became UNKNOWN
public record KnownInputs(Tokens tokens, int[] numbers, int rare) {
  /// The number of examples from which a token must occur twice.
  private static final int MANY = 1000;

  /// Whether inputs of a kind and structure can be unknown.
  static boolean canBeUnknown(As input, StructureKind kind) {
    return (input == As.CHARACTERS || input == As.WORDS)
        && kind != StructureKind.VECTOR_TO_SEQUENCE;
  }

  /// The default of how often a token must occur.
  static int least(int examples) {
    return examples < MANY ? 1 : 2;
  }

  /// The tokens of a training part.
  ///
  /// @param all of the file
  /// @param least how often one must occur
  static KnownInputs of(Tokens all, List<Example> train, int least) {
    int[] counts = new int[all.size()];
    for (var example : train) {
      if (example.input() instanceof Symbols(var symbols)) {
        for (int symbol : symbols) {
          counts[symbol]++;
        }
      }
    }
    var kept = new ArrayList<String>();
    kept.add(Tokens.UNKNOWN);
    int[] numbers = new int[counts.length];
    int rare = 0;
    for (int i = 0; i < counts.length; i++) { // sorted, as all tokens of a file are
      if (counts[i] >= Math.max(1, least) && !all.token(i).equals(Tokens.UNKNOWN)) {
        numbers[i] = kept.size();
        kept.add(all.token(i));
      } else {
        rare++;
      }
    }
    return new KnownInputs(Tokens.of(kept), numbers, rare);
  }

  /// An example of the file in these tokens.
  Example of(Example example) {
    return example.input() instanceof Symbols(var symbols)
        ? example.with(new Symbols(Arrays.stream(symbols).map(i -> numbers[i]).toArray()),
            example.target())
        : example;
  }
}
