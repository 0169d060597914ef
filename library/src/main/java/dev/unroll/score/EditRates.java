package dev.unroll.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How far sequences of tokens are from the right ones; where there are several right ones the
/// closest counts.
///
/// ```
/// exact match = right sequences / sequences             word error rate of words by letters: 1 − exact match
/// token error rate = Σ edits / Σ tokens of the closest  of characters CER, of phones PER, of words WER
/// ```
///
/// Edits are insertions, deletions and substitutions (Levenshtein 1966).
///
/// @param sequences their number
/// @param exactMatch the share of sequences that are right as a whole; NaN without a sequence
/// @param tokenErrorRate edits per token, above 1 where answers are far too long; NaN without a
///     token
public record EditRates(long sequences, double exactMatch, double tokenErrorRate) {

  /// Measures answers.
  ///
  /// @param answers the tokens of each
  /// @param references the tokens of the right answers to each, at least one
  /// @throws IllegalArgumentException if there are not as many references as answers, or none for
  ///     one
  public static EditRates of(List<List<String>> answers, List<List<List<String>>> references) {
    Matched.require(answers, references);
    var numbers = new HashMap<String, Integer>();
    var errors = new SequenceErrors();
    for (int i = 0; i < answers.size(); i++) {
      errors.add(numbered(answers.get(i), numbers),
          references.get(i).stream().map(one -> numbered(one, numbers)).toList());
    }
    return new EditRates(errors.sequences(), errors.accuracy(), errors.symbolErrorRate());
  }

  private static int[] numbered(List<String> tokens, Map<String, Integer> numbers) {
    return tokens.stream().mapToInt(token -> numbers.computeIfAbsent(token, _ -> numbers.size()))
        .toArray();
  }
}
