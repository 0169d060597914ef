package dev.unroll.data;

import dev.unroll.data.Form.Kind;
import dev.unroll.tensor.Rows;
import dev.unroll.tensor.guard.Leftovers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One side of the examples of a batch, padded to the longest of them; time first: step t of sample
/// b is row `t·B + b`.
///
/// The arrays are allocated once, for the longest example of all batches, and reused for each
/// batch: only their first `steps()·B` rows belong to this batch. Not thread-safe while it is
/// filled.
public final class Padded {
  private final int batch;
  private final int longest;
  private final int[] lengths;
  private final Rows present;
  private static final int[] NO_LETTERS = {};

  private final int @Nullable [] symbols;
  private final int @Nullable [][] letters;
  private final @Nullable Rows features;
  private int steps;
  private boolean full;

  Padded(Kind kind, int batch, int longest) {
    this.batch = batch;
    this.longest = longest;
    int rows = Math.multiplyExact(batch, longest);
    lengths = new int[batch];
    present = Rows.allocate(rows, 1);
    symbols = kind instanceof Kind.Features ? null : new int[rows];
    letters = kind instanceof Kind.Words ? new int[rows][] : null;
    features = kind instanceof Kind.Features(int columns) ? Rows.allocate(rows, columns) : null;
  }

  /// Begins a batch whose longest sample has this many steps: all padding.
  void begin(int steps) {
    if (steps > longest) {
      throw new DataException(
          "A sample has %d steps, but this batch was made for at most %d."
              .formatted(steps, longest));
    }
    this.steps = steps;
    full = true;
    int rows = steps * batch;
    Leftovers.spoil(present);
    if (features != null) {
      Leftovers.spoil(features);
    }
    Arrays.fill(present.array(), 0, rows, 0);
    if (symbols != null) {
      Arrays.fill(symbols, 0, rows, -1);
    }
    if (letters != null) {
      Arrays.fill(letters, 0, rows, NO_LETTERS);
    }
    if (features != null) {
      Arrays.fill(features.array(), 0, rows * features.columns(), 0);
    }
  }

  /// Writes sample b.
  ///
  /// @param mask the mask of its steps; `null`: all true
  void write(int b, Values values, boolean @Nullable [] mask) {
    int length = values.length();
    lengths[b] = length;
    full &= length == steps;
    switch (values) {
      case Values.Symbols(var from) when symbols != null && letters == null -> {
        for (int t = 0; t < length; t++) {
          boolean there = mark(b, t, from[t] >= 0 && (mask == null || mask[t]));
          symbols[t * batch + b] = there ? from[t] : -1;
        }
      }
      case Values.Words(var from, var words) when symbols != null && letters != null -> {
        for (int t = 0; t < length; t++) {
          boolean there = mark(b, t, from[t] >= 0 && (mask == null || mask[t]));
          symbols[t * batch + b] = there ? from[t] : -1;
          letters[t * batch + b] = there ? words[t] : NO_LETTERS;
        }
      }
      case Values.Features(var from, int columns, _) when features != null
          && features.columns() == columns -> {
        for (int t = 0; t < length; t++) {
          mark(b, t, mask == null || mask[t]);
          int to = (t * batch + b) * columns;
          System.arraycopy(from, t * columns, features.array(), to, columns);
        }
      }
      default -> throw new DataException(
          "A sample has %s, which this batch was not made for.".formatted(values));
    }
  }

  /// Sets the mask of all steps of sample b; the caller writes them.
  void markAll(int b) {
    lengths[b] = steps;
    for (int t = 0; t < steps; t++) {
      present.array()[t * batch + b] = 1;
    }
  }

  /// Copies `steps` steps of each of B streams, which lie one after another.
  ///
  /// @param length the steps of a stream
  /// @param start the first of the steps in each
  void fillStreams(Values values, int first, int length, int start, int steps) {
    begin(steps);
    for (int b = 0; b < batch; b++) {
      lengths[b] = steps;
      for (int t = 0; t < steps; t++) {
        int from = (first + b) * length + start + t;
        int row = t * batch + b;
        if (symbols != null && values instanceof Values.Symbols(var of)) {
          symbols[row] = mark(b, t, of[from] >= 0) ? of[from] : -1;
        } else if (features != null && values instanceof Values.Features(var of, int columns, _)) {
          mark(b, t, true);
          System.arraycopy(of, from * columns, features.array(), row * columns, columns);
        }
      }
    }
  }

  private boolean mark(int b, int t, boolean there) {
    present.array()[t * batch + b] = there ? 1 : 0;
    full &= there;
    return there;
  }

  /// Clears sample b: length 0, all steps masked, all symbols −1.
  void leaveOut(int b) {
    lengths[b] = 0;
    full = false;
  }

  /// T, the steps of the longest sample of this batch.
  public int steps() {
    return steps;
  }

  /// B, the number of rows of one step; samples beyond `Batch.samples()` only fill it up.
  public int batch() {
    return batch;
  }

  /// The steps of each sample, `[B]`; not to be changed.
  public int[] lengths() {
    return lengths;
  }

  /// Whether no step of any sample is padded or masked.
  public boolean isFull() {
    return full;
  }

  /// The mask: 1 for a step that is not padded (of a target: that counts towards the loss), 0 in
  /// padding, where the example's mask is false and where its symbol is −1, `[T, B, 1]`.
  public Rows present() {
    return present;
  }

  /// Whether the steps are symbols and not vectors.
  public boolean hasSymbols() {
    return symbols != null;
  }

  /// The symbols, `[T·B]`; −1 where the step is masked or has no target.
  ///
  /// @throws IllegalStateException if the steps are vectors
  public int[] symbols() {
    if (symbols == null) {
      throw new IllegalStateException("Padded: these steps are vectors, not symbols.");
    }
    return symbols;
  }

  /// Whether the steps are words, with their letters.
  public boolean hasLetters() {
    return letters != null;
  }

  /// The letters of the words, `[T·B]`, not to be changed; none where the step is masked.
  ///
  /// @throws IllegalStateException if the steps are not words
  public int[][] letters() {
    if (letters == null) {
      throw new IllegalStateException("Padded: these steps are not words with letters.");
    }
    return letters;
  }

  /// The vectors, `[T, B, F]`; 0 in padding.
  ///
  /// @throws IllegalStateException if the steps are symbols
  public Rows features() {
    if (features == null) {
      throw new IllegalStateException("Padded: these steps are symbols, not vectors.");
    }
    return features;
  }
}
