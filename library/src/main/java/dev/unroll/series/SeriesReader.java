package dev.unroll.series;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.DataException;
import dev.unroll.data.text.Excerpt;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the rows of a series: finds what has no role, makes the steps even, and notes what is odd.
final class SeriesReader {
  private final SeriesRows columns;
  private final Roles roles;
  private final List<String> notes = new ArrayList<>();
  private @Nullable String time;
  private @Nullable String clock;
  private @Nullable String id;

  private SeriesReader(SeriesRows columns, Roles roles) {
    this.columns = columns;
    this.roles = roles;
    id = roles.id();
  }

  /// @throws DataException if the rows cannot be read as a series, with the place
  static Series.Regular read(SeriesRows columns, Roles roles) {
    if (columns.rows() == 0) {
      throw new DataException(columns.source() + " has no rows, expected at least two steps.");
    }
    return new SeriesReader(columns, roles).read();
  }

  private Series.Regular read() {
    boolean isGiven = roles.time() != null || roles.untimed() || roles.start() != null;
    time = isGiven ? roles.time() : TimeColumn.find(columns);
    check();
    var times = times();
    if (times != null && id == null && roles.aggregate() == null && time != null) {
      id = Repeats.id(columns, times.stamps(), name -> isFree(name) && !roles.has(name),
          !roles.targets().isEmpty());
      if (id != null) {
        notes.add("many rows have the same time stamp, and %s tells them apart: taken as the id of"
            .formatted(id) + " the series");
      }
    }
    var targets = roles.targets().isEmpty() ? targets() : roles.targets();
    var names = new ArrayList<>(targets);
    names.addAll(roles.past());
    names.addAll(roles.known());
    for (var name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name) || !isFree(name)) {
        throw new DataException(
            ("%s: the column %s is given for two purposes; it is either the time, the id, a "
                + "target, or a covariate.").formatted(columns.source(), name));
      }
    }
    var values = new double[names.size()][];
    for (int c = 0; c < values.length; c++) {
      values[c] = finite(names.get(c));
    }
    var ids = id == null ? null : columns.texts(id);
    var tracks = Grid.tracks(times, ids, roles, values, columns.source(), notes);
    for (int c = 0; c < values.length; c++) {
      look(names.get(c), values[c], c < targets.size(), c < targets.size() + roles.past().size());
    }
    if (roles.targets().isEmpty()) {
      for (var name : columns.names()) {
        if (isFree(name) && !names.contains(name)) {
          notes.add("left out: %s (%s)".formatted(name, columns.whyNoNumbers(name)));
        }
      }
    }
    return new Series.Regular(time, id, List.copyOf(targets), tracks, List.copyOf(notes));
  }

  /// Whether a column is neither the time nor the id.
  private boolean isFree(String name) {
    return !name.equals(time) && !name.equals(clock) && !name.equals(id);
  }

  private void check() {
    var named = new ArrayList<>(roles.targets());
    named.addAll(roles.past());
    named.addAll(roles.known());
    if (time != null) {
      named.add(time);
    }
    if (id != null) {
      named.add(id);
    }
    for (var name : named) {
      if (!columns.names().contains(name)) {
        throw new DataException("%s has no column %s; it has %s."
            .formatted(columns.source(), name, String.join(", ", columns.names())));
      }
    }
  }

  private Grid.@Nullable Times times() {
    var first = roles.start();
    if (first != null && time == null) {
      return new Grid.Times(counted(first.stamp()), first.zoned(), first.style());
    }
    var column = time;
    if (column == null) {
      return null;
    }
    clock = TimeColumn.clock(columns, column);
    var texts = texts(column, clock);
    var read = Stamps.read(texts, row -> columns.place(row, column));
    if (clock != null) {
      notes.add("the time stamps are those of %s and %s together".formatted(column, clock));
    }
    if (read.otherwise() != null) {
      notes.add("time stamps are read as %s and not as %s, which would fit too but with less even"
          .formatted(read.form(), read.otherwise()) + " steps");
    }
    doubt(column, read, texts);
    return new Grid.Times(read.stamps(), read.zoned(), StampStyle.of(texts, read));
  }

  private List<String> texts(String date, @Nullable String ofDay) {
    var dates = columns.texts(date);
    if (ofDay == null) {
      return dates;
    }
    var clocks = columns.texts(ofDay);
    return new AbstractList<>() {
      @Override
      public String get(int row) {
        return dates.get(row).strip() + " " + clocks.get(row).strip();
      }

      @Override
      public int size() {
        return dates.size();
      }
    };
  }

  /// A count that was not from 1970 gives years that are unlikely.
  private void doubt(String column, Stamps read, List<String> texts) {
    int year = TimeStep.time(read.stamps()[0]).getYear();
    if (read.form().isCount() && (year < 1990 || year > 2100)) {
      notes.add("%s is read as %s, so that \"%s\" is in the year %d; if it is none, time(…) or"
          .formatted(column, read.form(), Excerpt.of(texts.getFirst()), year) + " withoutTime()");
    }
  }

  private long[] counted(long first) {
    var step = requireNonNull(roles.step());
    var stamps = new long[columns.rows()];
    for (int i = 0; i < stamps.length; i++) {
      stamps[i] = step.stamp(first, i);
    }
    return stamps;
  }

  private List<String> targets() {
    var free = columns.names().stream()
        .filter(name -> isFree(name) && !roles.past().contains(name)
            && !roles.known().contains(name))
        .toList();
    var targets = free.stream().filter(columns::isNumeric).toList();
    if (targets.isEmpty()) {
      if (!free.isEmpty()) {
        columns.numbers(free.getFirst()); // says which cell is no number
      }
      throw new DataException("%s: no column is left to be forecast; it has %s."
          .formatted(columns.source(), String.join(", ", columns.names())));
    }
    return targets;
  }

  private double[] finite(String name) {
    var values = columns.numbers(name);
    for (int row = 0; row < values.length; row++) {
      if (Double.isInfinite(values[row])) {
        throw new DataException("%s is %s, expected a finite number, or none where it is missing."
            .formatted(columns.place(row, name), values[row]));
      }
    }
    return values;
  }

  private void look(String name, double[] values, boolean isTarget, boolean isUpToNow) {
    var form = columns.numberForm(name);
    if (form != null) {
      notes.add("%s has %s".formatted(name, form));
    }
    int odd = columns.notNumbers(name);
    if (odd > 0) {
      notes.add("%d cell%s no number in %s: taken as missing; the first is %s".formatted(odd,
          odd == 1 ? " is" : "s are", name, columns.firstNotNumber(name)));
    }
    int missing = (int) Arrays.stream(values).filter(Double::isNaN).count();
    if (missing > 0 && isUpToNow) {
      notes.add("%d value%s missing in %s: %s".formatted(missing, missing == 1 ? " is" : "s are",
          name, isTarget ? "not asked, filled where they are read" : "filled"));
    }
  }
}
