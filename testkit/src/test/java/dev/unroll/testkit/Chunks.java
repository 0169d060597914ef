package dev.unroll.testkit;

import dev.unroll.data.Batch;
import dev.unroll.data.Example;
import dev.unroll.data.Values;
import java.util.ArrayList;
import java.util.List;

/// Chunks of texts side by side, as batches whose states are carried on.
final class Chunks {
  private Chunks() {}

  /// @param symbols `[steps, batch]`
  /// @param targets `[steps, batch]`
  /// @param continues whether the chunk begins with the states of the one before
  static Batch of(int[] symbols, int[] targets, int batch, boolean continues) {
    List<Example> examples = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      examples.add(new Example(column(symbols, batch, b), column(targets, batch, b)));
    }
    return Batch.of(examples).asStream(continues);
  }

  private static Values column(int[] all, int batch, int b) {
    int[] column = new int[all.length / batch];
    for (int t = 0; t < column.length; t++) {
      column[t] = all[t * batch + b];
    }
    return new Values.Symbols(column);
  }
}
