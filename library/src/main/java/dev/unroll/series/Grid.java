package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes rows with time stamps regular: sorted, one row for each step, NaN where a step is missing.
/// Irregularities are noted.
final class Grid {
  /// A series with so few of the steps does not have this time step.
  private static final int SPARSEST = 20;

  /// Where more of the rows than this lie between steps, and more steps than that share are missing
  /// or have several rows, the rows are events and not values at steps.
  private static final double MOST_BESIDE = 0.5;
  private static final double MOST_UNEVEN = 0.3;

  private final TimeStep step;
  private final @Nullable Aggregate aggregate;
  private final Times times;
  private final double[][] columns;
  private int unsorted;
  private int twice;
  private int beside;
  private int gaps;
  private long missing;
  private int rows;
  private long steps;
  private @Nullable String skipped;
  private @Nullable String repeated;

  /// The times of the rows.
  ///
  /// @param stamps of the rows
  /// @param zoned whether they are in UTC
  /// @param style how they are written; null for ISO 8601
  record Times(long[] stamps, boolean zoned, @Nullable StampStyle style) {}

  private Grid(TimeStep step, @Nullable Aggregate aggregate, Times times, double[][] columns) {
    this.step = step;
    this.aggregate = aggregate;
    this.times = times;
    this.columns = columns;
  }

  /// @param times of the rows; null: one step each
  /// @param ids of the rows; null: one series
  /// @param roles with the step; without it the most frequent difference of consecutive stamps
  static List<Track> tracks(@Nullable Times times, @Nullable List<String> ids, Roles roles,
      double[][] columns, String source, List<String> notes) {
    int rows = columns[0].length;
    if (rows == 0) {
      throw new DataException("%s: there is no row, expected at least one.".formatted(source));
    }
    var groups = new LinkedHashMap<String, List<Integer>>();
    for (int row = 0; row < rows; row++) {
      groups.computeIfAbsent(ids == null ? "" : ids.get(row), _ -> new ArrayList<>()).add(row);
    }
    var tracks = new ArrayList<Track>();
    if (times == null) {
      groups.forEach((id, members) -> tracks.add(
          new Track(id, TimeStep.NONE, 1, false, pick(columns, members))));
      return tracks;
    }
    var found = roles.step() != null ? roles.step() : step(times.stamps(), groups.values(), source);
    var grid = new Grid(found, roles.aggregate(), times, columns);
    groups.forEach((id, members) -> tracks.add(grid.track(id, members, source)));
    grid.note(notes);
    return tracks;
  }

  private static double[][] pick(double[][] columns, List<Integer> rows) {
    var picked = new double[columns.length][rows.size()];
    for (int c = 0; c < columns.length; c++) {
      for (int i = 0; i < rows.size(); i++) {
        picked[c][i] = columns[c][rows.get(i)];
      }
    }
    return picked;
  }

  /// The step of the longest of the series.
  private static TimeStep step(long[] stamps, Iterable<List<Integer>> groups, String source) {
    long[] longest = {};
    for (var members : groups) {
      if (members.size() > longest.length) {
        longest = members.stream().mapToLong(row -> stamps[row]).toArray();
      }
    }
    Arrays.sort(longest);
    if (longest[0] == longest[longest.length - 1]) {
      throw new DataException(
          ("%s: no two time stamps differ, so that there is no time step; bring at"
              + " least two rows of different times.").formatted(source));
    }
    return TimeStep.between(longest);
  }

  private Track track(String id, List<Integer> members, String source) {
    var stamps = times.stamps();
    int[] order = IntStream.range(0, members.size()).boxed()
        .sorted((a, b) -> Long.compare(stamps[members.get(a)], stamps[members.get(b)]))
        .mapToInt(members::get).toArray();
    for (int i = 1; i < members.size(); i++) {
      unsorted += stamps[members.get(i)] < stamps[members.get(i - 1)] ? 1 : 0;
    }
    long start = floor(stamps[order[0]]);
    long length = step.steps(start, floor(stamps[order[order.length - 1]])) + 1;
    if (length > 1000 && length > (long) SPARSEST * order.length) {
      throw new DataException(
          ("%s: %d rows span %d steps of %s, so that nearly all would be missing; bring rows at "
              + "even distances, or make wider steps by step(…)").formatted(source, order.length,
                  length, step));
    }
    var values = new double[columns.length][(int) length];
    for (var column : values) {
      Arrays.fill(column, aggregate == Aggregate.SUM ? 0 : Double.NaN);
    }
    var counts = aggregate == Aggregate.MEAN ? new int[columns.length][(int) length] : null;
    int besideBefore = beside;
    long unevenBefore = twice + missing;
    long last = -1;
    for (int row : order) {
      long at = step.steps(start, floor(stamps[row]));
      look(stamps[row], start, at, last);
      last = at;
      for (int c = 0; c < values.length; c++) {
        put(values[c], counts == null ? null : counts[c], (int) at, columns[c][row]);
      }
    }
    rows += order.length;
    steps += length;
    requireEven(order.length, beside - besideBefore, twice + missing - unevenBefore, stamps, order,
        source);
    return new Track(id, step, start, times.zoned(), times.style(), values);
  }

  /// The step that a stamp is in, if values are aggregated; else the stamp.
  private long floor(long stamp) {
    return aggregate == null ? stamp : step.floor(stamp);
  }

  /// Notes what is odd about a row.
  private void look(long stamp, long start, long at, long last) {
    beside += step.stamp(start, at) == stamp ? 0 : 1;
    if (at == last) {
      twice++;
      repeated = SummerTime.isHourBack(stamp, step) && (twice == 1 || repeated != null)
          ? TimeStep.time(stamp).toLocalDate().toString()
          : null;
    }
    if (at > last + 1) {
      gaps++;
      missing += at - last - 1;
      boolean only = gaps == 1 || skipped != null;
      skipped = only && SummerTime.isHourAhead(step.stamp(start, last), stamp, step)
          ? TimeStep.time(stamp).toLocalDate().toString()
          : null;
    }
  }

  private void put(double[] values, int @Nullable [] counts, int at, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    if (counts != null) {
      int n = ++counts[at];
      values[at] = n == 1 ? value : values[at] + (value - values[at]) / n;
    } else {
      values[at] = aggregate == Aggregate.SUM ? values[at] + value : value;
    }
  }

  private void requireEven(int n, int besides, long uneven, long[] stamps, int[] order,
      String source) {
    if (aggregate == null && besides > MOST_BESIDE * n && uneven > MOST_UNEVEN * n) {
      long span = stamps[order[n - 1]] - stamps[order[0]];
      throw new DataException(
          ("%s: the rows come at irregular times: %d of %d lie between steps of %s; make even "
              + "steps "
              + "of them by step(\"%s\"), which takes the mean within each").formatted(source,
                  besides, n, step, wide(span / Math.max(1, n - 1))));
    }
  }

  /// A usual time step that is not below a distance.
  private static String wide(long distance) {
    long[] widths = {TimeStep.SECOND, TimeStep.MINUTE, 15 * TimeStep.MINUTE, TimeStep.HOUR,
      6 * TimeStep.HOUR, TimeStep.DAY};
    var names = List.of("1s", "1min", "15min", "1h", "6h", "1d");
    for (int i = 0; i < widths.length; i++) {
      if (distance <= widths[i]) {
        return names.get(i);
      }
    }
    return "7d";
  }

  private void note(List<String> notes) {
    if (unsorted > 0) {
      notes.add("time stamps go back %s: sorted".formatted(times(unsorted)));
    }
    if (aggregate != null) {
      notes.add("%d rows are made into %d steps of %s by their %s".formatted(rows, steps, step,
          aggregate.name().toLowerCase(Locale.ROOT)));
      return;
    }
    if (twice > 0 && repeated != null) {
      notes
          .add("%s in the hour that the end of summer time repeats, %s: the last value of each step"
              .formatted(rows(twice, "lies", "lie"), repeated) + " counts");
    } else if (twice > 0) {
      notes.add("%s on a step that has one already: the last value of each counts"
          .formatted(rows(twice, "falls", "fall")));
    }
    if (beside > 0) {
      notes.add("%s between two steps of %s: taken to the nearer one"
          .formatted(rows(beside, "lies", "lie"), step));
    }
    if (gaps > 0 && skipped != null) {
      notes.add("the hour that the beginning of summer time skips, %s, is missing: filled where it"
          .formatted(skipped) + " is read");
    } else if (gaps > 0) {
      notes.add("%d gap%s, in which %d step%s missing: not asked, filled where they are read"
          .formatted(gaps, gaps == 1 ? "" : "s", missing, missing == 1 ? " is" : "s are"));
    }
  }

  private static String times(int n) {
    return n == 1 ? "once" : n + " times";
  }

  private static String rows(int n, String one, String many) {
    return n + (n == 1 ? " row " + one : " rows " + many);
  }
}
