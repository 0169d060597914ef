package dev.unroll.series;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the column with the time stamps, and the one with the times of day that belong to it.
final class TimeColumn {
  /// Words in the name of a column that has dates.
  private static final Set<String> DATES = Set.of("time", "date", "datetime", "timestamp", "ds",
      "datum", "zeit", "zeitstempel");

  /// Names of columns that may have dates, but also parts of one: 1 to 12.
  private static final Set<String> PARTS = Set.of("year", "month", "day", "week", "quarter");
  private static final Pattern CLOCK =
      Pattern.compile("\\d{1,2}:\\d\\d(:\\d\\d([.,]\\d+)?)?( ?[AaPp][Mm])?");
  private static final Pattern LIKE_A_DATE =
      Pattern.compile("[A-Za-z,]{0,10} ?\\d{1,4}([-/.: ]+([A-Za-z]{3,9}|\\d{1,4})){2,}.*");

  /// The number of cells that are looked at, over the whole column: a single blank or odd cell does
  /// not decide what a column is.
  private static final int LOOKED_AT = 200;

  private TimeColumn() {}

  /// The first column that can be read as time stamps: texts, or numbers in a column whose name
  /// says so; null if there is none.
  ///
  /// @throws DataException if none can be read, but one looks as if it should
  static @Nullable String find(SeriesRows columns) {
    String odd = null;
    for (var name : columns.names()) {
      boolean numeric = columns.isNumeric(name);
      if (numeric && !isDate(name) && !isPart(name)) {
        continue;
      }
      var cells = sample(columns.texts(name));
      if (isReadable(cells)) {
        return name;
      }
      boolean looks = DATES.contains(name.strip().toLowerCase(Locale.ROOT))
          || !numeric && most(cells, LIKE_A_DATE);
      if (odd == null && !cells.isEmpty() && looks) {
        odd = name;
      }
    }
    if (odd != null) {
      throw new DataException(
          ("%s: the column \"%s\" looks like dates, but \"%s\" is in no form that is known: %s; "
              + "write it in one of them, name another column by time(…), or read the rows in "
              + "their "
              + "order by withoutTime()").formatted(columns.source(), odd,
                  Excerpt.of(sample(columns.texts(odd)).getFirst()), StampForm.known()));
    }
    return null;
  }

  /// The column with the times of day of dates that have none; null if there is none.
  static @Nullable String clock(SeriesRows columns, String date) {
    if (sample(columns.texts(date)).stream().anyMatch(cell -> cell.indexOf(':') >= 0)) {
      return null;
    }
    for (var name : columns.names()) {
      if (!name.equals(date) && !columns.isNumeric(name)
          && isClock(sample(columns.texts(name)))) {
        return name;
      }
    }
    return null;
  }

  private static boolean isReadable(List<String> cells) {
    for (var form : StampForm.values()) {
      long read = cells.stream().filter(cell -> form.parse(cell) != StampForm.NONE).count();
      if (2 * read > cells.size()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isClock(List<String> cells) {
    return !cells.isEmpty() && cells.stream().allMatch(cell -> CLOCK.matcher(cell).matches());
  }

  private static boolean most(List<String> cells, Pattern pattern) {
    return 2 * cells.stream().filter(cell -> pattern.matcher(cell).matches()).count() > cells
        .size();
  }

  private static boolean isDate(String name) {
    for (var word : name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT)
        .split("[^a-z]+")) {
      if (DATES.contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPart(String name) {
    return PARTS.contains(name.strip().toLowerCase(Locale.ROOT));
  }

  private static List<String> sample(List<String> texts) {
    var sample = new ArrayList<String>();
    int stride = Math.max(1, texts.size() / LOOKED_AT);
    for (int row = 0; row < texts.size(); row += stride) {
      var text = texts.get(row).strip();
      if (!text.isEmpty()) {
        sample.add(text);
      }
    }
    return sample;
  }
}
