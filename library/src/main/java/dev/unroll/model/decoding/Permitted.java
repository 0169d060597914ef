package dev.unroll.model.decoding;

import dev.unroll.data.Tokens;
import dev.unroll.tensor.Rows;

/// Which symbols may be written next: all but the one that stands for what is unknown
/// ([Tokens#UNKNOWN]), as it is no text, and but the end of a sequence that is still too short.
/// Immutable.
public final class Permitted {
  private static final int NONE = -1;

  private final int unknown;
  private final int end;
  private final int shortest;

  /// @param shortest the least number of symbols of a sequence, without its end
  public Permitted(Decoder decoder, int shortest) {
    var labels = decoder.outputs().labels();
    // Where nothing else is known, nothing else can be written.
    unknown = labels != null && labels.hasUnknown() && labels.size() > 1
        ? labels.number(Tokens.UNKNOWN)
        : NONE;
    end = decoder.outputs().ends() ? decoder.border() : NONE;
    this.shortest = shortest;
  }

  /// Whether a sequence may go on with a symbol.
  ///
  /// @param length the number of symbols before it
  public boolean has(int symbol, int length) {
    return symbol != unknown && (symbol != end || length >= shortest);
  }

  /// A row of logits, −∞ where a symbol is not permitted; the row itself if all are.
  ///
  /// @param length the number of symbols before it
  public Rows masked(Rows logits, int row, int length) {
    int n = logits.columns();
    var one = new Rows(logits.array(), logits.offset() + row * n, n);
    if (unknown == NONE && (end == NONE || length >= shortest)) {
      return one;
    }
    var copy = Rows.allocate(1, n);
    for (int symbol = 0; symbol < n; symbol++) {
      copy.array()[copy.offset() + symbol] = has(symbol, length)
          ? one.array()[one.offset() + symbol]
          : Float.NEGATIVE_INFINITY;
    }
    return copy;
  }
}
