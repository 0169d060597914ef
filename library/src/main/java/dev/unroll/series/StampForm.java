package dev.unroll.series;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// A format of time stamps: a date, and if it has days, an optional time: `2016-07-01`,
/// `2016-07-01 13:00`, `2016-07-01T13:00:00.250+02:00[Europe/Berlin]`, `7/1/2016 1:00 PM`,
/// `01-Jul-2016 13:00`. With a zone it is converted to UTC. A year of two digits is one of 1969 to
/// 2068, as in POSIX.
enum StampForm {
  YEAR_MONTH_DAY("yyyy-MM-dd", scan -> yearFirst(scan, "-")), //
  YEAR_MONTH_DAY_SLASH("yyyy/MM/dd", scan -> yearFirst(scan, "/")), //
  YEAR_MONTH_DAY_DOT("yyyy.MM.dd", scan -> yearFirst(scan, ".")), //
  YEAR_MONTH("yyyy-MM", scan -> month(scan, "-")), //
  YEAR_MONTH_SLASH("yyyy/MM", scan -> month(scan, "/")), //
  MONTH_DAY_YEAR("M/d/yyyy", scan -> yearLast(scan, "/", true, 4)), //
  DAY_MONTH_YEAR("d/M/yyyy", scan -> yearLast(scan, "/", false, 4)), //
  DAY_MONTH_YEAR_DOT("d.M.yyyy", scan -> yearLast(scan, ".", false, 4)), //
  DAY_MONTH_YEAR_DASH("d-M-yyyy", scan -> yearLast(scan, "-", false, 4)), //
  MONTH_DAY_SHORT_YEAR("M/d/yy", scan -> yearLast(scan, "/", true, 2)), //
  DAY_MONTH_SHORT_YEAR("d/M/yy", scan -> yearLast(scan, "/", false, 2)), //
  DAY_MONTH_SHORT_YEAR_DOT("d.M.yy", scan -> yearLast(scan, ".", false, 2)), //
  DAY_NAME_YEAR("d-MMM-yyyy", scan -> nameSecond(scan, 4)), //
  DAY_NAME_SHORT_YEAR("d-MMM-yy", scan -> nameSecond(scan, 2)), //
  NAME_DAY_YEAR("MMM d, yyyy", StampForm::nameFirst), //
  NAME_YEAR("MMM yyyy", StampForm::nameOfMonth), //
  QUARTER("yyyy-Qn", StampForm::quarter), //
  COMPACT("yyyyMMdd", StampForm::compact), //
  COMPACT_TIME("yyyyMMddHHmm", StampForm::compactTime), //
  YEAR("yyyy", scan -> day(scan.digits(4, 4), 1, 1)), //
  SECONDS("seconds since 1970", StampForm::seconds), //
  MILLISECONDS("milliseconds since 1970", StampForm::milliseconds);

  /// Not a time stamp.
  static final long NONE = Long.MIN_VALUE;

  /// Seconds from 1973 to 2286 have nine or ten digits; years, dates and milliseconds have other
  /// lengths.
  private static final long LEAST_SECONDS = 100_000_000L;
  private static final long LEAST_MILLISECONDS = 100_000_000_000L;

  private static final List<String> MONTHS = List.of("jan", "feb", "mar", "apr", "may", "jun",
      "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> LONG_MONTHS = List.of("january", "february", "march", "april",
      "may", "june", "july", "august", "september", "october", "november", "december");

  private final String written;

  /// The stamp at the beginning of a text.
  private final ToLongFunction<StampScan> reader;

  StampForm(String written, ToLongFunction<StampScan> reader) {
    this.written = written;
    this.reader = reader;
  }

  /// The milliseconds since 1970, or [#NONE] if the text does not have this format.
  long parse(String text) {
    var scan = new StampScan(text.strip());
    try {
      long stamp = reader.applyAsLong(scan);
      return scan.isAtEnd() ? stamp : NONE;
    } catch (DateTimeException e) {
      return NONE; // not a valid day
    }
  }

  /// Whether its stamps count from 1970.
  boolean isCount() {
    return this == SECONDS || this == MILLISECONDS;
  }

  private static long yearFirst(StampScan scan, String separator) {
    long year = scan.digits(4, 4);
    scan.skip(separator);
    long month = scan.digits(1, 2);
    scan.skip(separator);
    return scan.time(day(year, month, scan.digits(1, 2)));
  }

  private static long yearLast(StampScan scan, String separator, boolean monthFirst, int digits) {
    long first = scan.digits(1, 2);
    scan.skip(separator);
    long second = scan.digits(1, 2);
    scan.skip(separator);
    long year = year(scan, digits);
    return scan.time(day(year, monthFirst ? first : second, monthFirst ? second : first));
  }

  private static long nameSecond(StampScan scan, int digits) {
    long day = scan.digits(1, 2);
    separator(scan);
    long month = named(scan);
    separator(scan);
    return scan.time(day(year(scan, digits), month, day));
  }

  private static long nameFirst(StampScan scan) {
    long month = named(scan);
    scan.skip(" ");
    long day = scan.digits(1, 2);
    scan.skipIf(",");
    scan.skip(" ");
    return scan.time(day(scan.digits(4, 4), month, day));
  }

  private static long nameOfMonth(StampScan scan) {
    long month = named(scan);
    separator(scan);
    return day(scan.digits(4, 4), month, 1);
  }

  private static void separator(StampScan scan) {
    if (!scan.skipIf("-") && !scan.skipIf("/") && !scan.skipIf(".")) {
      scan.skip(" ");
    }
  }

  /// The number of the English name of a month.
  private static long named(StampScan scan) {
    var name = scan.letters().toLowerCase(Locale.ROOT);
    int month = Math.max(MONTHS.indexOf(name.equals("sept") ? "sep" : name),
        LONG_MONTHS.indexOf(name));
    return month < 0 ? -1 : month + 1;
  }

  private static long year(StampScan scan, int digits) {
    long year = scan.digits(digits, digits);
    return digits == 4 || year < 0 ? year : year + (year < 69 ? 2000 : 1900);
  }

  private static long month(StampScan scan, String separator) {
    long year = scan.digits(4, 4);
    scan.skip(separator);
    return day(year, scan.digits(1, 2), 1);
  }

  private static long quarter(StampScan scan) {
    long year = scan.digits(4, 4);
    scan.skipIf("-");
    scan.skipIf(" ");
    scan.skip("Q");
    return day(year, 3 * scan.digits(1, 1) - 2, 1);
  }

  private static long compact(StampScan scan) {
    long date = scan.digits(8, 8);
    return scan.time(day(date / 10_000, date / 100 % 100, date % 100));
  }

  private static long compactTime(StampScan scan) {
    long date = scan.digits(8, 8);
    scan.skipIf("T");
    long day = day(date / 10_000, date / 100 % 100, date % 100);
    long hour = scan.digits(2, 2);
    long minute = scan.digits(2, 2);
    long second = scan.isAtEnd() || scan.isAt('Z') ? 0 : scan.digits(2, 2);
    scan.skipIf("Z");
    boolean real = date / 10_000 > 1800 && day != NONE && hour < 24 && minute < 60 && second < 60
        && hour >= 0 && minute >= 0 && second >= 0;
    return real ? day + hour * TimeStep.HOUR + minute * TimeStep.MINUTE + second * TimeStep.SECOND
        : NONE;
  }

  private static long seconds(StampScan scan) {
    long seconds = scan.digits(9, 10);
    return seconds < LEAST_SECONDS ? NONE : seconds * TimeStep.SECOND + scan.fraction();
  }

  /// Fourteen digits would be in the 23rd century, so that they are a date with seconds.
  private static long milliseconds(StampScan scan) {
    long milliseconds = scan.digits(12, 13);
    return milliseconds < LEAST_MILLISECONDS ? NONE : milliseconds;
  }

  private static long day(long year, long month, long day) {
    if (year < 0 || month < 0 || day < 0) {
      return NONE;
    }
    return LocalDate.of((int) year, (int) month, (int) day).toEpochDay() * TimeStep.DAY;
  }

  /// The formats, for a message.
  static String known() {
    return String.join(", ", Arrays.stream(values()).map(form -> form.written).toList());
  }

  @Override
  public String toString() {
    return written;
  }
}
