package dev.unroll.score;

import dev.unroll.data.text.EditDistance;
import dev.unroll.tensor.guard.OneCaller;
import java.util.List;

/// The error rate of whole sequences, and their edit distances; each may have several right
/// answers, of which the closest counts (of equally close ones the longest, then the first).
///
/// For letters → phones the sequence error rate is the word error rate (WER) and the symbol error
/// rate the phone error rate (PER); for commands → actions the sequence accuracy is exact match.
///
/// A running sum; not thread-safe.
public final class SequenceErrors {
  private final OneCaller caller = new OneCaller("SequenceErrors",
      "count in each thread by itself, and then the counts");
  private long sequences;
  private long wrong;
  private long edits;
  private long symbols;

  /// Adds one predicted sequence.
  ///
  /// @param references the right answers, at least one
  public void add(int[] answer, List<int[]> references) {
    caller.enter();
    try {
      if (references.isEmpty()) {
        throw new IllegalArgumentException("SequenceErrors: no reference, expected at least one.");
      }
      int least = Integer.MAX_VALUE;
      int length = 0;
      for (int[] reference : references) {
        int distance = EditDistance.of(answer, reference);
        if (distance < least || (distance == least && reference.length > length)) {
          least = distance;
          length = reference.length;
        }
      }
      sequences++;
      wrong += least == 0 ? 0 : 1;
      edits += least;
      symbols += length;
    } finally {
      caller.leave();
    }
  }

  /// The number of sequences that were added.
  public long sequences() {
    return sequences;
  }

  /// The fraction of the sequences that is not right; NaN if there is none.
  public double sequenceErrorRate() {
    return (double) wrong / sequences;
  }

  /// The fraction of the sequences that is exactly right; NaN if there is none.
  public double accuracy() {
    return (double) (sequences - wrong) / sequences;
  }

  /// The edits to the closest right answers over their symbols, `Σ distance / Σ length`; NaN if
  /// there is none, and above 1 where predictions are far too long.
  public double symbolErrorRate() {
    return (double) edits / symbols;
  }

  @Override
  public String toString() {
    return "%,d of %,d sequences wrong, %,d edits over %,d symbols"
        .formatted(wrong, sequences, edits, symbols);
  }
}
