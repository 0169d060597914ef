package dev.unroll.series;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One series, a value of each column at each step; NaN if one is missing. The arrays must not be
/// changed.
///
/// @param id identifies the series, if there are several; else empty
/// @param start the first step: milliseconds since 1970, or an index if steps have no time
/// @param zoned whether that is in UTC; else it is in the local time of the data
/// @param style how its time stamps are written; null for ISO 8601
/// @param columns `[columns][length]`: targets, then past, then known
public record Track(String id, TimeStep step, long start, boolean zoned,
    @Nullable StampStyle style, double[][] columns) {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

  /// A series whose time stamps are written as in ISO 8601.
  public Track(String id, TimeStep step, long start, boolean zoned, double[][] columns) {
    this(id, step, start, zoned, null, columns);
  }

  /// The number of steps.
  public int length() {
    return columns[0].length;
  }

  /// Whether its steps have a time.
  public boolean hasTime() {
    return step.unit() != TimeStep.Unit.STEP;
  }

  /// The time of a step, also beyond the last one.
  ///
  /// @throws IllegalStateException if the steps have no time
  public LocalDateTime time(int i) {
    if (!hasTime()) {
      throw new IllegalStateException("the steps of this series have no time");
    }
    return TimeStep.time(step.stamp(start, i));
  }

  /// The time of a step as text: in the format of the data, or a month, a day, or a time; the index
  /// of the step if there is no time.
  public String stamp(int i) {
    if (!hasTime()) {
      return Long.toString(step.stamp(start, i));
    }
    if (style != null) {
      return style.write(step.stamp(start, i));
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
    return iso(time) + (zoned ? "Z" : "");
  }

  /// With as many digits for all steps as the finest of them needs.
  private String iso(LocalDateTime time) {
    long finest = step.unit() == TimeStep.Unit.MILLISECOND ? step.amount() : TimeStep.DAY;
    if (start % TimeStep.MINUTE == 0 && finest % TimeStep.MINUTE == 0) {
      return time.toString();
    }
    return (start % TimeStep.SECOND == 0 && finest % TimeStep.SECOND == 0 ? SECONDS : MILLISECONDS)
        .format(time);
  }

  /// The steps `[from, to)`.
  Track part(int from, int to) {
    var parts = new double[columns.length][];
    for (int c = 0; c < parts.length; c++) {
      parts[c] = Arrays.copyOfRange(columns[c], from, to);
    }
    return new Track(id, step, step.stamp(start, from), zoned, style, parts);
  }
}
