package dev.unroll.task;

import dev.unroll.data.DataException;
import dev.unroll.data.Values.Features;

/// Fills missing numbers: with the last one of the channel before it, at the beginning with the
/// first one after it, and with 0 if a channel has none.
final class Gaps {
  private Gaps() {}

  /// The sequence without NaN; the same one if there is none.
  ///
  /// @param where its place, for the beginning of a message
  /// @throws DataException if a number is infinite
  static Features filled(Features sequence, String where) {
    boolean gaps = false;
    int columns = sequence.columns();
    float[] values = sequence.values();
    for (int i = 0; i < values.length; i++) {
      gaps |= Float.isNaN(values[i]);
      if (Float.isInfinite(values[i])) {
        throw new DataException("%s, step %d, channel %d: the number is infinite; correct it."
            .formatted(where, i / columns + 1, i % columns + 1));
      }
    }
    if (!gaps) {
      return sequence;
    }
    double[] filled = new double[values.length];
    for (int c = 0; c < columns; c++) {
      double last = Double.NaN;
      for (int i = c; i < filled.length; i += columns) {
        last = Double.isNaN(sequence.exact(i)) ? last : sequence.exact(i);
        filled[i] = last;
      }
      last = 0;
      for (int i = filled.length - columns + c; i >= 0; i -= columns) {
        last = Double.isNaN(filled[i]) ? last : filled[i];
        filled[i] = last;
      }
    }
    return Features.exact(filled, columns);
  }

  /// The number of missing numbers.
  static long count(Features sequence) {
    long missing = 0;
    for (float value : sequence.values()) {
      missing += Float.isNaN(value) ? 1 : 0;
    }
    return missing;
  }
}
