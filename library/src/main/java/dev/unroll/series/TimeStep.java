package dev.unroll.series;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.regex.Pattern;

/// The time from one step of a series to the next. Times are milliseconds since 1970 in the local
/// time of the data.
///
/// @param unit the unit
/// @param amount the number of units, at least 1
public record TimeStep(Unit unit, long amount) {

  /// The unit of steps.
  public enum Unit {
    /// Steps without time.
    STEP,
    /// Milliseconds.
    MILLISECOND,
    /// Days from Monday to Friday.
    BUSINESS_DAY,
    /// Months of the calendar.
    MONTH
  }

  /// Steps that have no time.
  public static final TimeStep NONE = new TimeStep(Unit.STEP, 1);

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\s*([a-zA-Z]+)");
  static final long SECOND = 1000;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  /// @throws IllegalArgumentException if the amount is below 1
  public TimeStep {
    if (amount < 1) {
      throw new IllegalArgumentException(
          "a time step is %d, expected at least 1".formatted(amount));
    }
  }

  /// A number of seconds.
  public static TimeStep seconds(long n) {
    return new TimeStep(Unit.MILLISECOND, Math.multiplyExact(n, SECOND));
  }

  /// A number of minutes.
  public static TimeStep minutes(long n) {
    return seconds(Math.multiplyExact(n, 60L));
  }

  /// A number of hours.
  public static TimeStep hours(long n) {
    return minutes(Math.multiplyExact(n, 60L));
  }

  /// A number of days.
  public static TimeStep days(long n) {
    return hours(Math.multiplyExact(n, 24L));
  }

  /// A number of months.
  public static TimeStep months(long n) {
    return new TimeStep(Unit.MONTH, n);
  }

  /// Parses a time step: `15min`, `1h`, `1d`, `1w`, `1 month`.
  ///
  /// @throws IllegalArgumentException if it is not a time step
  public static TimeStep parse(String text) {
    var form = FORM.matcher(text.strip());
    if (form.matches()) {
      long n = Long.parseLong(form.group(1));
      switch (form.group(2).toLowerCase(Locale.ROOT)) {
        case "s", "sec", "second", "seconds" -> {
          return seconds(n);
        }
        case "min", "minute", "minutes" -> {
          return minutes(n);
        }
        case "h", "hour", "hours" -> {
          return hours(n);
        }
        case "d", "day", "days" -> {
          return days(n);
        }
        case "w", "week", "weeks" -> {
          return days(7 * n);
        }
        case "month", "months" -> {
          return months(n);
        }
        default -> {
          // not a known unit
        }
      }
    }
    throw new IllegalArgumentException(
        "the time step is %s, expected a time such as 30s, 15min, 1h, 1d, 1w, 1month"
            .formatted(text));
  }

  /// The start of the step that a time is in: steps of weeks begin on Mondays, others at midnight,
  /// January or a multiple of them.
  long floor(long stamp) {
    return switch (unit) {
      case STEP -> stamp;
      case MILLISECOND -> {
        long monday = amount % (7 * DAY) == 0 ? 3 * DAY : 0;
        yield Math.floorDiv(stamp + monday, amount) * amount - monday;
      }
      case BUSINESS_DAY -> stamp(stamp - Math.floorMod(stamp, DAY), 0);
      case MONTH -> {
        long month = Math.floorDiv(month(stamp), amount) * amount;
        yield LocalDate.of((int) Math.floorDiv(month, 12L), (int) Math.floorMod(month, 12L) + 1, 1)
            .toEpochDay() * DAY;
      }
    };
  }

  /// The most frequent step: months if all stamps are on the same day of a month or on the last
  /// one, working days if none is on a weekend, else milliseconds; the median if there is no
  /// majority.
  ///
  /// @param stamps ascending, at least two of them different
  static TimeStep between(long[] stamps) {
    if (areMonths(stamps)) {
      return months(most(Arrays.stream(stamps).map(TimeStep::month).toArray()));
    }
    long step = most(stamps);
    if (step == DAY && stamps.length > 10
        && Arrays.stream(stamps).allMatch(s -> Math.floorMod(day(s) + 3, 7) < 5)) {
      return new TimeStep(Unit.BUSINESS_DAY, 1);
    }
    return new TimeStep(Unit.MILLISECOND, step);
  }

  private static boolean areMonths(long[] stamps) {
    var first = time(stamps[0]);
    boolean sameDay = true;
    boolean lastDay = true;
    for (int i = 0; i < stamps.length && (sameDay || lastDay); i++) {
      var time = time(stamps[i]);
      boolean sameTime = time.toLocalTime().equals(first.toLocalTime());
      sameDay &= sameTime && time.getDayOfMonth() == first.getDayOfMonth();
      lastDay &= sameTime && time.plusDays(1).getDayOfMonth() == 1;
    }
    return sameDay || lastDay;
  }

  private static long most(long[] ascending) {
    var counts = new HashMap<Long, Integer>();
    var differences = new long[ascending.length];
    int n = 0;
    for (int i = 1; i < ascending.length; i++) {
      long difference = ascending[i] - ascending[i - 1];
      if (difference > 0) {
        differences[n++] = difference;
        counts.merge(difference, 1, Integer::sum);
      }
    }
    long best = 0;
    int often = 0;
    for (var entry : counts.entrySet()) {
      if (entry.getValue() > often || entry.getValue() == often && entry.getKey() < best) {
        best = entry.getKey();
        often = entry.getValue();
      }
    }
    Arrays.sort(differences, 0, n);
    return 2 * often >= n ? best : differences[n / 2];
  }

  private static long day(long stamp) {
    return Math.floorDiv(stamp, DAY);
  }

  private static long month(long stamp) {
    var time = time(stamp);
    return 12L * time.getYear() + time.getMonthValue() - 1;
  }

  static LocalDateTime time(long stamp) {
    return LocalDateTime.ofEpochSecond(Math.floorDiv(stamp, SECOND),
        (int) Math.floorMod(stamp, SECOND) * 1_000_000, ZoneOffset.UTC);
  }

  static long stamp(LocalDateTime time) {
    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  /// The index of the step that is nearest to a stamp.
  long steps(long start, long stamp) {
    return switch (unit) {
      case STEP -> stamp - start;
      case MILLISECOND -> Math.floorDiv(stamp - start + amount / 2, amount);
      case BUSINESS_DAY -> Math.floorDiv(workingDay(stamp) - workingDay(start), amount);
      case MONTH -> Math.floorDiv(month(stamp) - month(start) + amount / 2, amount);
    };
  }

  /// The number of steps from one time to another, rounded to the nearest.
  ///
  /// @throws IllegalStateException if the steps have no time
  public long stepsBetween(LocalDateTime from, LocalDateTime to) {
    if (unit == Unit.STEP) {
      throw new IllegalStateException("steps without time do not lie between times");
    }
    return steps(stamp(from), stamp(to));
  }

  /// The time so many steps after another, or before it.
  ///
  /// @throws IllegalStateException if the steps have no time
  public LocalDateTime plus(LocalDateTime from, long steps) {
    if (unit == Unit.STEP) {
      throw new IllegalStateException("steps without time do not lie between times");
    }
    return time(stamp(stamp(from), steps));
  }

  /// Days from Monday to Friday since 1970; those of a weekend count as the Friday before.
  private static long workingDay(long stamp) {
    long fromMonday = day(stamp) + 3;
    return 5 * Math.floorDiv(fromMonday, 7) + Math.min(4, Math.floorMod(fromMonday, 7));
  }

  /// The stamp a number of steps after the start.
  ///
  /// @throws IllegalStateException if the steps have no time
  long stamp(long start, long steps) {
    return switch (unit) {
      case STEP -> start + steps;
      case MILLISECOND -> start + steps * amount;
      case BUSINESS_DAY -> {
        long working = workingDay(start) + steps * amount;
        long days = 7 * Math.floorDiv(working, 5) + Math.floorMod(working, 5) - 3;
        yield days * DAY + Math.floorMod(start, DAY);
      }
      case MONTH -> {
        var first = time(start);
        var then = first.plusMonths(steps * amount);
        boolean fromEnd = first.plusDays(1).getDayOfMonth() == 1 && first.getDayOfMonth() > 27;
        yield stamp(fromEnd ? then.withDayOfMonth(then.toLocalDate().lengthOfMonth()) : then);
      }
    };
  }

  /// The usual season of this time step, in steps: a day for minutes and hours, a week for days, a
  /// year for weeks, months and quarters; 1 if there is none.
  public int usualSeason() {
    return switch (unit) {
      case STEP -> 1;
      case BUSINESS_DAY -> 5;
      case MONTH -> amount < 12 && 12 % amount == 0 ? (int) (12 / amount) : 1;
      case MILLISECOND -> {
        if (amount < MINUTE) {
          yield MINUTE % amount == 0 ? (int) (MINUTE / amount) : 1;
        }
        if (amount < DAY) {
          yield DAY % amount == 0 ? (int) (DAY / amount) : 1;
        }
        yield amount == DAY ? 7 : amount == 7 * DAY ? 52 : 1;
      }
    };
  }

  /// The duration of a number of steps, in milliseconds; a month counts as 30.44 days.
  double duration(long steps) {
    return switch (unit) {
      case STEP -> 0;
      case MILLISECOND -> (double) steps * amount;
      case BUSINESS_DAY -> steps * amount * 1.4 * DAY;
      case MONTH -> steps * amount * 30.44 * DAY;
    };
  }

  @Override
  public String toString() {
    return switch (unit) {
      case STEP -> "1 step";
      case BUSINESS_DAY -> "1 working day";
      case MONTH -> amount % 12 == 0 ? many(amount / 12, "year") : many(amount, "month");
      case MILLISECOND -> amount % DAY == 0 ? many(amount / DAY, "day")
          : amount % HOUR == 0 ? amount / HOUR + " h"
              : amount % MINUTE == 0 ? amount / MINUTE + " min"
                  : amount % SECOND == 0 ? amount / SECOND + " s" : amount + " ms";
    };
  }

  private static String many(long n, String name) {
    return n + " " + name + (n == 1 ? "" : "s");
  }
}
