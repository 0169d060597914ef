package dev.unroll.data;

import java.util.Locale;
/// A text cut into B streams of equal length that are read side by side, T characters at a time:
/// the batches of truncated back-propagation through time, where the state after chunk k is the
/// state before chunk k + 1.
///
/// Of n symbols, stream b reads symbols `b·S … b·S + S − 1`, where `S = ⌊(n − 1) / B⌋`, and
/// predicts each one's successor. So each of the symbols `1 … B·S` is predicted exactly once;
/// symbol 0, which has nothing before it, and the last `(n − 1) mod B` symbols are not predicted.
/// There are `⌈S / T⌉` chunks; the last one has fewer steps when T does not divide S.
///
/// Immutable and safe for use by several threads.
public final class TextBatches {
  private final int[] symbols;
  private final int batch;
  private final int time;
  private final int length;

  private TextBatches(int[] symbols, int batch, int time) {
    this.symbols = symbols;
    this.batch = batch;
    this.time = time;
    length = (symbols.length - 1) / batch;
  }

  /// Cuts a text into exactly `batch` streams of at least `time` symbols.
  ///
  /// @param symbols the text, `[n]`; not copied and not to be changed
  /// @param batch B, the number of streams
  /// @param time T, the steps of a chunk
  /// @throws DataException if the text has fewer than B·T + 1 symbols
  public static TextBatches of(int[] symbols, int batch, int time) {
    requirePositive(batch, time);
    long needed = (long) batch * time + 1;
    if (symbols.length < needed) {
      throw new DataException(
          String.format(Locale.ROOT,
              "The text has %,d characters, but batch %d and time %d need at least %,d"
                  + " (batch · time + 1); lower batch or time, or bring a longer text.",
              symbols.length, batch, time, needed));
    }
    return new TextBatches(symbols, batch, time);
  }

  /// Like `of`, but takes fewer streams, and then fewer steps, where the text is too short for as
  /// many as asked: to evaluate on a short text.
  ///
  /// @throws DataException if the text has fewer than 2 symbols
  public static TextBatches atMost(int[] symbols, int batch, int time) {
    requirePositive(batch, time);
    int predicted = symbols.length - 1;
    if (predicted < 1) {
      throw new DataException(
          ("The text has %d characters, but 2 are needed to predict one from another;"
              + " bring a longer text.")
              .formatted(symbols.length));
    }
    int streams = Math.clamp(predicted / time, 1, batch);
    return new TextBatches(symbols, streams, Math.min(time, predicted / streams));
  }

  private static void requirePositive(int batch, int time) {
    if (batch < 1 || time < 1) {
      throw new IllegalArgumentException(
          "TextBatches: batch is %d and time is %d, expected at least 1.".formatted(batch, time));
    }
  }

  /// B, the number of streams.
  public int batch() {
    return batch;
  }

  /// T, the steps of every chunk but possibly the last.
  public int time() {
    return time;
  }

  /// The number of chunks.
  public int chunks() {
    return Math.ceilDiv(length, time);
  }

  /// The number of symbols that all chunks together predict, B·S.
  public int predicted() {
    return batch * length;
  }

  /// Writes chunk k, time-major: step t of stream b is at index `t·B + b`.
  ///
  /// @param inputs what is read, at least `[T·B]`; what lies behind the chunk is left as it was
  /// @param targets the successor of each input, at least `[T·B]`, likewise
  /// @return the steps of this chunk: `time()`, or fewer for the last one
  public int fill(int k, int[] inputs, int[] targets) {
    if (k < 0 || k >= chunks()) {
      throw new IndexOutOfBoundsException("TextBatches: chunk %d of %d.".formatted(k, chunks()));
    }
    int start = k * time;
    int steps = Math.min(time, length - start);
    for (int b = 0; b < batch; b++) {
      int from = b * length + start;
      for (int t = 0; t < steps; t++) {
        inputs[t * batch + b] = symbols[from + t];
        targets[t * batch + b] = symbols[from + t + 1];
      }
    }
    return steps;
  }

  @Override
  public String toString() {
    return "TextBatches(batch %d, time %d, %d chunks)".formatted(batch, time, chunks());
  }
}
