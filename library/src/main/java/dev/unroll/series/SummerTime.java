package dev.unroll.series;

import java.time.DayOfWeek;
import java.time.Month;
import java.util.Set;

/// The hours in which local time is set ahead and back: on a Sunday of March, April, September,
/// October or November before four o'clock. Which country a file is from is not known, so that the
/// day is not checked further.
final class SummerTime {
  private static final Set<Month> MONTHS =
      Set.of(Month.MARCH, Month.APRIL, Month.SEPTEMBER, Month.OCTOBER, Month.NOVEMBER);

  private SummerTime() {}

  /// Whether the hour between two rows may be the one that is skipped.
  static boolean isHourAhead(long before, long after, TimeStep step) {
    return isShort(step) && after - before == TimeStep.HOUR + step.amount() && isNight(after);
  }

  /// Whether a row may be in the hour that is repeated.
  static boolean isHourBack(long stamp, TimeStep step) {
    return isShort(step) && isNight(stamp);
  }

  private static boolean isShort(TimeStep step) {
    return step.unit() == TimeStep.Unit.MILLISECOND && step.amount() <= TimeStep.HOUR;
  }

  private static boolean isNight(long stamp) {
    var time = TimeStep.time(stamp);
    return time.getDayOfWeek() == DayOfWeek.SUNDAY && time.getHour() < 4
        && MONTHS.contains(time.getMonth());
  }
}
