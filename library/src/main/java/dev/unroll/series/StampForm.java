package dev.unroll.series;

import java.time.DateTimeException;
import java.time.LocalDate;

/// A format of time stamps: a date, and if it has days, an optional time:
/// `2016-07-01`, `2016-07-01 13:00`, `2016-07-01T13:00:00.250+02:00`, `7/1/2016 1:00 PM`. With a
/// zone it is converted to UTC.
enum StampForm {
  YEAR_MONTH_DAY("yyyy-MM-dd", "ymd", "-"), YEAR_MONTH_DAY_SLASH("yyyy/MM/dd", "ymd",
      "/"), YEAR_MONTH_DAY_DOT("yyyy.MM.dd", "ymd", "."), YEAR_MONTH("yyyy-MM", "ym",
          "-"), YEAR_MONTH_SLASH("yyyy/MM", "ym", "/"), MONTH_DAY_YEAR("M/d/yyyy", "mdy",
              "/"), DAY_MONTH_YEAR("d/M/yyyy", "dmy", "/"), DAY_MONTH_YEAR_DOT("d.M.yyyy", "dmy",
                  "."), DAY_MONTH_YEAR_DASH("d-M-yyyy", "dmy", "-"), QUARTER("yyyy-Qn", "q",
                      "Q"), COMPACT("yyyyMMdd", "compact", ""), YEAR("yyyy", "y", ""), SECONDS(
                          "seconds since 1970", "s",
                          ""), MILLISECONDS("milliseconds since 1970", "ms", "");

  /// Not a time stamp.
  static final long NONE = Long.MIN_VALUE;

  /// Seconds from 1973 to 2286 have nine or ten digits; years, dates and milliseconds have other
  /// lengths.
  private static final long LEAST_SECONDS = 100_000_000L;
  private static final long LEAST_MILLISECONDS = 100_000_000_000L;

  private final String written;
  private final String order;
  private final String separator;

  StampForm(String written, String order, String separator) {
    this.written = written;
    this.order = order;
    this.separator = separator;
  }

  /// The milliseconds since 1970, or [#NONE] if the text does not have this format.
  long parse(String text) {
    var scan = new StampScan(text.strip());
    try {
      long stamp = switch (order) {
        case "ymd" -> {
          long year = scan.digits(4, 4);
          scan.skip(separator);
          long month = scan.digits(1, 2);
          scan.skip(separator);
          yield scan.time(day(year, month, scan.digits(1, 2)));
        }
        case "mdy", "dmy" -> {
          long first = scan.digits(1, 2);
          scan.skip(separator);
          long second = scan.digits(1, 2);
          scan.skip(separator);
          long year = scan.digits(4, 4);
          boolean monthFirst = order.equals("mdy");
          yield scan.time(day(year, monthFirst ? first : second, monthFirst ? second : first));
        }
        case "ym" -> {
          long year = scan.digits(4, 4);
          scan.skip(separator);
          yield day(year, scan.digits(1, 2), 1);
        }
        case "q" -> {
          long year = scan.digits(4, 4);
          scan.skipIf("-");
          scan.skipIf(" ");
          scan.skip("Q");
          yield day(year, 3 * scan.digits(1, 1) - 2, 1);
        }
        case "compact" -> {
          long date = scan.digits(8, 8);
          yield scan.time(day(date / 10_000, date / 100 % 100, date % 100));
        }
        case "y" -> day(scan.digits(4, 4), 1, 1);
        case "s" -> seconds(scan);
        default -> {
          long milliseconds = scan.digits(12, 14);
          yield milliseconds < LEAST_MILLISECONDS ? NONE : milliseconds;
        }
      };
      return scan.isAtEnd() ? stamp : NONE;
    } catch (DateTimeException e) {
      return NONE; // not a valid day
    }
  }

  private static long seconds(StampScan scan) {
    long seconds = scan.digits(9, 10);
    return seconds < LEAST_SECONDS ? NONE : seconds * TimeStep.SECOND + scan.fraction();
  }

  private static long day(long year, long month, long day) {
    if (year < 0 || month < 0 || day < 0) {
      return NONE;
    }
    return LocalDate.of((int) year, (int) month, (int) day).toEpochDay() * TimeStep.DAY;
  }

  @Override
  public String toString() {
    return written;
  }
}
