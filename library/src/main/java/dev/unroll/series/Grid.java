package dev.unroll.series;

import dev.unroll.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes rows with time stamps regular: sorted, one row for each step, NaN where a step is missing.
/// Irregularities are noted.
final class Grid {
  /// A series with so few of the steps does not have this time step.
  private static final int SPARSEST = 20;

  private final TimeStep step;
  private final boolean zoned;
  private final long[] stamps;
  private final double[][] columns;
  private int unsorted;
  private int twice;
  private int beside;
  private int gaps;
  private long missing;

  private Grid(TimeStep step, boolean zoned, long[] stamps, double[][] columns) {
    this.step = step;
    this.zoned = zoned;
    this.stamps = stamps;
    this.columns = columns;
  }

  /// @param stamps of the rows; null: one step each
  /// @param ids of the rows; null: one series
  /// @param step null: the most frequent difference of consecutive stamps
  static List<Track> tracks(long @Nullable [] stamps, boolean zoned, @Nullable List<String> ids,
      @Nullable TimeStep step, double[][] columns, String source, List<String> notes) {
    int rows = columns[0].length;
    if (rows == 0) {
      throw new DataException("%s: there is no row, expected at least one.".formatted(source));
    }
    var groups = new LinkedHashMap<String, List<Integer>>();
    for (int row = 0; row < rows; row++) {
      groups.computeIfAbsent(ids == null ? "" : ids.get(row), _ -> new ArrayList<>()).add(row);
    }
    var tracks = new ArrayList<Track>();
    if (stamps == null) {
      groups.forEach((id, members) -> tracks.add(
          new Track(id, TimeStep.NONE, 1, false, pick(columns, members))));
      return tracks;
    }
    var found = step != null ? step : step(stamps, groups.values(), source);
    var grid = new Grid(found, zoned, stamps, columns);
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
    int[] order = IntStream.range(0, members.size()).boxed()
        .sorted((a, b) -> Long.compare(stamps[members.get(a)], stamps[members.get(b)]))
        .mapToInt(members::get).toArray();
    for (int i = 1; i < members.size(); i++) {
      unsorted += stamps[members.get(i)] < stamps[members.get(i - 1)] ? 1 : 0;
    }
    long start = stamps[order[0]];
    long length = step.steps(start, stamps[order[order.length - 1]]) + 1;
    if (length > 1000 && length > (long) SPARSEST * order.length) {
      throw new DataException(
          ("%s: %d rows span %d steps of %s, so that nearly all would be missing; bring rows at "
              + "even distances").formatted(source, order.length, length, step));
    }
    var values = new double[columns.length][(int) length];
    for (var column : values) {
      Arrays.fill(column, Double.NaN);
    }
    long last = -1;
    for (int row : order) {
      long at = step.steps(start, stamps[row]);
      beside += step.stamp(start, at) == stamps[row] ? 0 : 1;
      twice += at == last ? 1 : 0;
      gaps += at > last + 1 ? 1 : 0;
      missing += Math.max(0, at - last - 1);
      last = at;
      for (int c = 0; c < values.length; c++) {
        double value = columns[c][row];
        values[c][(int) at] = Double.isNaN(value) ? values[c][(int) at] : value;
      }
    }
    return new Track(id, step, start, zoned, values);
  }

  private void note(List<String> notes) {
    if (unsorted > 0) {
      notes.add("time stamps go back %s: sorted".formatted(times(unsorted)));
    }
    if (twice > 0) {
      notes.add("%s on a step that has one already: the last of each counts"
          .formatted(rows(twice, "falls", "fall")));
    }
    if (beside > 0) {
      notes.add("%s between two steps of %s: taken to the nearer one"
          .formatted(rows(beside, "lies", "lie"), step));
    }
    if (gaps > 0) {
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
