package dev.unroll.layer.attention;

import dev.unroll.layer.run.Span;
import dev.unroll.tensor.Rows;
import org.jspecify.annotations.Nullable;

/// The memory that is attended to and its keys, `[S, B, M]` and `[S, B, K]`: where the row of a
/// step and sample begins, and which steps are padding.
final class AttendedMemory {
  private final int samples;
  private Rows values;
  private Rows keys;
  private @Nullable Rows present;
  private int steps;

  /// @param samples B
  /// @param none what stands for the memory before there is one
  AttendedMemory(int samples, Rows none) {
    this.samples = samples;
    values = none;
    keys = none;
  }

  /// Takes a memory.
  void set(Rows values, Rows keys, Span span) {
    this.values = values;
    this.keys = keys;
    steps = span.steps();
    present = span.present();
  }

  /// S, the steps of this memory.
  int steps() {
    return steps;
  }

  /// M.
  int size() {
    return values.columns();
  }

  /// K.
  int keySize() {
    return keys.columns();
  }

  float[] values() {
    return values.array();
  }

  float[] keys() {
    return keys.array();
  }

  /// Whether a step is no padding.
  boolean isPresent(int j, int sample) {
    return present == null || present.array()[present.offset() + j * samples + sample] != 0;
  }

  /// The end of the steps from j on that are all present, or all padding.
  int endOfRun(int j, int sample) {
    int end = j + 1;
    while (end < steps && (present == null || isPresent(end, sample) == isPresent(j, sample))) {
      end++;
    }
    return end;
  }

  /// Where the key of a step begins in [#keys].
  int keyAt(int j, int sample) {
    return keys.offset() + (j * samples + sample) * keys.columns();
  }

  /// Where a step begins in [#values].
  int valueAt(int j, int sample) {
    return values.offset() + (j * samples + sample) * values.columns();
  }
}
