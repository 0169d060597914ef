package dev.unroll.series;

import java.time.LocalDateTime;
import java.util.Arrays;

/// One series, a value of each column at each step; NaN where one is missing. The arrays are not to be changed.
///
/// @param id which series it is, where there are several; else empty
/// @param start the first step: milliseconds since 1970, or a number where steps have no time
/// @param zoned whether that is the time at Greenwich; else it is on the clock of the data
/// @param columns `[columns][length]`: targets, then past, then known
public record Track(String id, TimeStep step, long start, boolean zoned, double[][] columns) {

  /// The number of steps.
  public int length() {
    return columns[0].length;
  }

  /// Whether its steps have times.
  public boolean hasTime() {
    return step.unit() != TimeStep.Unit.STEP;
  }

  /// The time of a step, which may lie beyond the last one.
  ///
  /// @throws IllegalStateException if the steps have no time
  public LocalDateTime time(int i) {
    if (!hasTime()) {
      throw new IllegalStateException("the steps of this series have no time");
    }
    return TimeStep.time(step.stamp(start, i));
  }

  /// The time of a step as text: a month, a day, or a time; the number of the step where there is no time.
  public String stamp(int i) {
    if (!hasTime()) {
      return Long.toString(step.stamp(start, i));
    }
    var time = time(i);
    long amount = step.amount();
    boolean midnight = Math.floorMod(start, TimeStep.DAY) == 0;
    if (step.unit() == TimeStep.Unit.MONTH && midnight
        && TimeStep.time(start).getDayOfMonth() == 1) {
      return time.toLocalDate().toString().substring(0, 7);
    }
    boolean days = step.unit() != TimeStep.Unit.MILLISECOND || amount % TimeStep.DAY == 0;
    if (days && midnight) {
      return time.toLocalDate().toString();
    }
    return time + (zoned ? "Z" : "");
  }

  /// The steps `[from, to)`.
  Track part(int from, int to) {
    var parts = new double[columns.length][];
    for (int c = 0; c < parts.length; c++) {
      parts[c] = Arrays.copyOfRange(columns[c], from, to);
    }
    return new Track(id, step, step.stamp(start, from), zoned, parts);
  }
}
