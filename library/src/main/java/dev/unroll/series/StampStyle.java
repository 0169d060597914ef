package dev.unroll.series;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes time stamps as they are written in the data: date, time of day and offset. Where the
/// offset changes and no zone is named, it is that of the last stamp. Immutable.
public final class StampStyle {
  private static final List<String> TIMES = List.of("", " HH:mm", "'T'HH:mm", " HH:mm:ss",
      "'T'HH:mm:ss", " HH:mm:ss.SSS", "'T'HH:mm:ss.SSS", " HH:mm:ss.SSSSSS", "'T'HH:mm:ss.SSSSSS",
      " H:mm", " H:mm:ss", " h:mm a",
      " hh:mm a", " h:mm:ss a", " hh:mm:ss a");
  private static final List<String> ZONES = List.of("", "XXX", "xxx", "xx", "x", " xxx", "' UTC'",
      "XXX'['VV']'", "'['VV']'", " VV");
  private static final Pattern ZONE =
      Pattern.compile(".*?:\\d\\d(?::\\d\\d)?[\\d.]* ?(?:([+-]\\d\\d(?::?\\d\\d)?)|Z|UTC)?"
          + "(?:\\[?([A-Za-z]+/[A-Za-z_/]+)]?)?");
  private static final int LOOKED_AT = 20;

  /// Null for a count since 1970.
  private final @Nullable DateTimeFormatter format;
  private final ZoneId zone;
  private final long unit;

  private StampStyle(@Nullable DateTimeFormatter format, ZoneId zone, long unit) {
    this.format = format;
    this.zone = zone;
    this.unit = unit;
  }

  /// The style in which some of the texts, the last among them, are written; null if it is not
  /// known.
  static @Nullable StampStyle of(List<String> texts, Stamps read) {
    int last = texts.size() - 1;
    var rows = new ArrayList<Integer>(List.of(last));
    for (int row = 0; row < last; row += Math.max(1, last / LOOKED_AT)) {
      rows.add(row);
    }
    if (read.form().isCount()) {
      long unit = read.form() == StampForm.SECONDS ? TimeStep.SECOND : 1;
      return all(rows, texts, read, new StampStyle(null, ZoneOffset.UTC, unit))
          ? new StampStyle(null, ZoneOffset.UTC, unit)
          : null;
    }
    for (var date : dates(read.form())) {
      for (var time : TIMES) {
        for (var offset : read.zoned() ? ZONES : ZONES.subList(0, 1)) {
          var style = new StampStyle(DateTimeFormatter.ofPattern(date + time + offset, Locale.US),
              zone(texts.get(last)), 1);
          if (all(rows, texts, read, style)) {
            return style;
          }
        }
      }
    }
    return null;
  }

  private static boolean all(List<Integer> rows, List<String> texts, Stamps read,
      StampStyle style) {
    for (int row : rows) {
      var text = texts.get(row).strip();
      var own = new StampStyle(style.format, zone(text), style.unit);
      if (!own.write(read.stamps()[row]).equals(text)) {
        return false;
      }
    }
    return true;
  }

  /// The patterns of a format, with days and months of two digits and of one.
  private static List<String> dates(StampForm form) {
    var patterns = new ArrayList<String>();
    switch (form) {
      case QUARTER -> patterns.addAll(List.of("yyyy-'Q'Q", "yyyy'Q'Q", "yyyy 'Q'Q"));
      case COMPACT_TIME -> patterns.addAll(List.of("yyyyMMddHHmm", "yyyyMMddHHmmss"));
      default -> {
        var written = form.toString();
        boolean named = written.contains("MMM");
        for (var separator : named && written.contains("-") ? List.of("-", " ", "/", ".")
            : List.of("-")) {
          var each = named ? written.replace("-", separator) : written;
          if (!each.contains("dd") && each.contains("d")) {
            patterns.add((named || each.contains("MM") ? each : each.replace("M", "MM"))
                .replace("d", "dd"));
          }
          patterns.add(each);
          if (named) {
            patterns.add(each.replace("MMM", "MMMM"));
          }
        }
      }
    }
    return patterns;
  }

  private static ZoneId zone(String text) {
    var found = ZONE.matcher(text.strip());
    try {
      if (found.matches() && found.group(2) != null) {
        return ZoneId.of(found.group(2));
      }
      return found.matches() && found.group(1) != null ? ZoneOffset.of(found.group(1))
          : ZoneOffset.UTC;
    } catch (DateTimeException e) {
      return ZoneOffset.UTC; // not written like that, which is found when it is compared
    }
  }

  /// The text of a time stamp.
  ///
  /// @param stamp milliseconds since 1970
  public String write(long stamp) {
    return format == null ? Long.toString(Math.floorDiv(stamp, unit))
        : format.format(Instant.ofEpochMilli(stamp).atZone(zone));
  }
}
