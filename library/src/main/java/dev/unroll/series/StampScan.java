package dev.unroll.series;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;

/// A scanner of a time stamp. After a failure, it stays failed.
final class StampScan {
  private final String text;
  private int at;
  private boolean lost;

  StampScan(String text) {
    this.text = text;
  }

  boolean isAtEnd() {
    return !lost && at == text.length();
  }

  /// An integer with this number of digits; −1 if there is none.
  long digits(int fewest, int most) {
    long number = 0;
    int from = at;
    while (at < text.length() && at - from < most && isDigit(text.charAt(at))) {
      number = 10 * number + text.charAt(at++) - '0';
    }
    lost |= at - from < fewest;
    return lost ? -1 : number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  boolean isAt(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  /// The ASCII letters that follow; fails if there are none.
  String letters() {
    int from = at;
    while (at < text.length() && Character.toLowerCase(text.charAt(at)) >= 'a'
        && Character.toLowerCase(text.charAt(at)) <= 'z') {
      at++;
    }
    lost |= at == from;
    return text.substring(from, at);
  }

  void skip(String expected) {
    lost |= !skipIf(expected);
  }

  boolean skipIf(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  /// A fraction of a second, in milliseconds; 0 if there is none.
  long fraction() {
    if (!skipIf(".") && !skipIf(",")) {
      return 0;
    }
    long milliseconds = 0;
    int from = at;
    for (int unit = 100; at < text.length() && isDigit(text.charAt(at)); unit /= 10) {
      milliseconds += (long) unit * (text.charAt(at++) - '0');
    }
    lost |= at == from;
    return milliseconds;
  }

  /// The stamp of a day with the time that follows, if there is one.
  ///
  /// @param day midnight, or none
  long time(long day) {
    if (day == StampForm.NONE || at == text.length()) {
      return day;
    }
    if (!skipIf("T")) {
      skip(" ");
    }
    long hour = digits(1, 2);
    skip(":");
    long minute = digits(2, 2);
    long second = skipIf(":") ? digits(2, 2) : 0;
    long milliseconds = fraction();
    skipIf(" ");
    var rest = lost ? "" : text.substring(at).toUpperCase(Locale.ROOT);
    if (rest.equals("AM") || rest.equals("PM")) {
      at += 2;
      lost |= hour < 1 || hour > 12;
      hour = hour % 12 + (rest.equals("PM") ? 12 : 0);
    }
    lost |= hour > 24 || minute > 59 || second > 60 || hour == 24 && minute + second > 0;
    long local = day + hour * TimeStep.HOUR + minute * TimeStep.MINUTE + second * TimeStep.SECOND
        + milliseconds;
    return lost ? local : local - offset(local);
  }

  /// The offset from UTC of what follows: `Z`, `+02:00`, `+02:00[Europe/Berlin]` or
  /// `Europe/Berlin`. The name of a zone adds nothing to an offset.
  ///
  /// @throws java.time.DateTimeException if there is no such zone
  private long offset(long local) {
    if (at == text.length()) {
      return 0;
    }
    boolean ahead = isAt('+');
    if (!ahead && !isAt('-')) {
      return zone(local);
    }
    at++;
    long hours = digits(2, 2);
    skipIf(":");
    long minutes = at == text.length() || isAt('[') ? 0 : digits(2, 2);
    if (isAt('[')) {
      zone(local);
    }
    long away = hours * TimeStep.HOUR + minutes * TimeStep.MINUTE;
    return ahead ? away : -away;
  }

  /// The offset of a named zone at a local time; of two in the hour that is repeated, the earlier.
  private long zone(long local) {
    if (skipIf("Z") && at == text.length()) {
      return 0;
    }
    boolean bracket = skipIf("[");
    int end = bracket ? text.indexOf(']', at) : text.length();
    if (end < 0) {
      lost = true;
      return 0;
    }
    var name = text.substring(at, end);
    at = bracket ? end + 1 : end;
    return TimeStep.SECOND * ZoneId.of(name).getRules().getOffset(LocalDateTime.ofEpochSecond(
        Math.floorDiv(local, TimeStep.SECOND), 0, ZoneOffset.UTC)).getTotalSeconds();
  }
}
