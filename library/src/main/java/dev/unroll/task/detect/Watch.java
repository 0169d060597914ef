package dev.unroll.task.detect;

import dev.unroll.data.DataException;
import dev.unroll.model.SequenceToVector;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/// Watches a series for anomalies, one value at a time: [Detector#watch]. It remembers the last
/// values, pending forecasts and the last errors, in constant memory. One caller at a time;
/// [Watches] does the same for many series at once.
public final class Watch {
  private final Watches watches;
  private final double[] value = new double[1];
  private final long[] time = new long[1];
  private final float[][] memory;

  Watch(SequenceToVector model, DetectorTask task) {
    watches = new Watches(model, task, 1);
    memory = new float[1][watches.layout().size()];
  }

  /// Processes the value of the next step.
  ///
  /// @param value NaN if it is missing
  /// @throws DataException if it is infinite
  public Judgement next(double value) {
    this.value[0] = value;
    watches.next(1, this.value, null, memory);
    return watches.judgement(0);
  }

  /// Processes a value at a time, at the step that is nearest to it, counted from the first time.
  /// As in a file, steps that were skipped count as missing, and of several values at a step the
  /// last that is not missing counts: it replaces those before it, and its verdict theirs.
  ///
  /// @param time in UTC, to the millisecond
  /// @throws DataException if the time is before the last one
  public Judgement next(LocalDateTime time, double value) {
    this.value[0] = value;
    this.time[0] = time.toInstant(ZoneOffset.UTC).toEpochMilli();
    watches.next(1, this.value, this.time, memory);
    return watches.judgement(0);
  }

  /// Resets the watch: forgets all values.
  public void clear() {
    Arrays.fill(memory[0], 0);
  }
}
