package dev.unroll.series;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.DataException;
import dev.unroll.table.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One series or many: values at even steps of time, and the role of each column. A value: each
/// setting returns a changed copy.
///
/// ```java
/// var series = Series.of(values).start(LocalDateTime.of(2016, 7, 1, 0, 0), TimeStep.hours(1));
/// var load = Series.csv(Path.of("load.csv")).time("date").target("OT").past("HUFL", "HULL");
/// ```
///
/// | column | is |
/// | --- | --- |
/// | time | the time stamps, in the usual formats, detected automatically |
/// | id | the series that a row belongs to, if there are several |
/// | target | forecast; by default every numeric column without another role |
/// | past | a covariate that is known up to the present |
/// | known | a covariate that is known ahead, such as holidays or prices |
///
/// Rows may come in any order; missing steps are reported and left out of training ([#notes]). The
/// columns are read at the first use, and kept. Safe for use by several threads.
public final class Series {
  private static final Set<String> TIME =
      Set.of("time", "date", "datetime", "timestamp", "ds", "year", "month", "day");

  private final SeriesRows columns;
  private final Roles roles;
  private final UnaryOperator<Track> cut;
  private @Nullable Regular regular;

  /// The roles of the columns.
  private record Roles(@Nullable String time, @Nullable String id, List<String> targets,
      List<String> past, List<String> known, @Nullable LocalDateTime start,
      @Nullable TimeStep step) {}

  /// The series with regular steps.
  private record Regular(@Nullable String time, List<String> targets, List<Track> tracks,
      List<String> notes) {}

  private Series(SeriesRows columns, Roles roles, UnaryOperator<Track> cut) {
    this.columns = columns;
    this.roles = roles;
    this.cut = cut;
  }

  static Series of(SeriesRows columns) {
    return new Series(columns,
        new Roles(null, null, List.of(), List.of(), List.of(), null, null),
        UnaryOperator.identity());
  }

  /// One series of values, the oldest first; NaN if one is missing. Not copied.
  public static Series of(double... values) {
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("value", values);
    return columns(columns);
  }

  /// Columns of values by name, the oldest first; NaN if one is missing. Not copied.
  ///
  /// @throws DataException if there is none, or they differ in length
  public static Series columns(SequencedMap<String, double[]> columns) {
    return of(new PlainColumns(columns));
  }

  /// Reads the columns of a CSV file with a header, as [Table#csv].
  ///
  /// @throws DataException one sentence, if it cannot be read as a table
  public static Series csv(Path file) {
    return of(Table.csv(file));
  }

  /// The columns of a table.
  public static Series of(Table table) {
    return of(new TableColumns(table));
  }

  /// Sets the column with the time stamps.
  public Series time(String column) {
    return with(new Roles(column, roles.id, roles.targets, roles.past, roles.known, roles.start,
        roles.step));
  }

  /// Sets the column that identifies the series of a row.
  public Series id(String column) {
    return with(new Roles(roles.time, column, roles.targets, roles.past, roles.known, roles.start,
        roles.step));
  }

  /// Sets the columns to forecast.
  public Series target(String... columns) {
    return with(new Roles(roles.time, roles.id, List.of(columns), roles.past, roles.known,
        roles.start, roles.step));
  }

  /// Sets the covariates that are known up to the present.
  public Series past(String... columns) {
    return with(new Roles(roles.time, roles.id, roles.targets, List.of(columns), roles.known,
        roles.start, roles.step));
  }

  /// Sets the covariates that are known ahead; their columns continue after the targets end.
  public Series known(String... columns) {
    return with(new Roles(roles.time, roles.id, roles.targets, roles.past, List.of(columns),
        roles.start, roles.step));
  }

  /// Sets the time of the first row and the time step, for a series without a time column.
  public Series start(LocalDateTime start, TimeStep step) {
    return with(new Roles(roles.time, roles.id, roles.targets, roles.past, roles.known, start,
        step));
  }

  private Series with(Roles roles) {
    return new Series(columns, roles, cut);
  }

  /// The last steps of each series, for a duration.
  ///
  /// @throws DataException if the steps have no time
  public Series last(Duration time) {
    var step = step();
    if (step.unit() == TimeStep.Unit.STEP) {
      throw new DataException(columns.source()
          + " has no time stamps; say which column has them by time(…), or take a number of steps");
    }
    return last((int) Math.max(1, Math.round(time.toMillis() / step.duration(1))));
  }

  /// The last n steps of each series; all steps of a shorter one.
  public Series last(int n) {
    return cut(track -> track.part(Math.max(0, track.length() - n), track.length()));
  }

  /// The first n steps of each series; all steps of a shorter one.
  public Series first(int n) {
    return cut(track -> track.part(0, Math.min(n, track.length())));
  }

  private Series cut(UnaryOperator<Track> more) {
    return new Series(columns, roles, track -> more.apply(cut.apply(track)));
  }

  /// The columns to forecast.
  ///
  /// @throws DataException if the rows cannot be read as a series, with the place; likewise for the
  ///     next methods
  public List<String> targets() {
    return regular().targets;
  }

  /// The covariates that are known up to the present.
  public List<String> past() {
    return roles.past;
  }

  /// The covariates that are known ahead.
  public List<String> known() {
    return roles.known;
  }

  /// The series, with regular steps.
  public List<Track> tracks() {
    return regular().tracks;
  }

  /// The time step.
  public TimeStep step() {
    return tracks().getFirst().step();
  }

  /// Notes about irregular data, a sentence each: rows out of order, gaps, missing values.
  public List<String> notes() {
    return regular().notes;
  }

  /// The column with the time stamps; null if there is none.
  public @Nullable String timeColumn() {
    return regular().time;
  }

  /// The column that identifies the series of a row; null if there is none.
  public @Nullable String idColumn() {
    return roles.id;
  }

  /// The name of the source, for the beginning of a message.
  public String source() {
    return columns.source();
  }

  private synchronized Regular regular() {
    if (regular == null) {
      regular = read();
    }
    return regular;
  }

  private Regular read() {
    if (columns.rows() == 0) {
      throw new DataException(source() + " has no rows, expected at least two steps.");
    }
    var notes = new ArrayList<String>();
    var time = roles.time != null || roles.start != null ? roles.time : foundTime(notes);
    check(time);
    var targets = roles.targets.isEmpty() ? targets(time) : roles.targets;
    var names = new ArrayList<>(targets);
    names.addAll(roles.past);
    names.addAll(roles.known);
    for (var name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name) || name.equals(time)
          || name.equals(roles.id)) {
        throw new DataException(
            ("%s: the column %s is given for two purposes; it is either the time, the id, a "
                + "target, or a covariate.").formatted(source(), name));
      }
    }
    var values = new double[names.size()][];
    for (int c = 0; c < values.length; c++) {
      values[c] = finite(names.get(c));
    }
    long[] stamps = null;
    boolean zoned = false;
    if (time != null) {
      var read = Stamps.read(columns.texts(time), row -> columns.place(row, time));
      stamps = read.stamps();
      zoned = read.zoned();
      if (read.otherwise() != null) {
        notes.add("time stamps are read as %s and not as %s, which would fit too but with less even"
            .formatted(read.form(), read.otherwise()) + " steps");
      }
    } else if (roles.start != null) {
      stamps = stamps(roles.start, requireNonNull(roles.step));
    }
    var ids = roles.id == null ? null : columns.texts(roles.id);
    var tracks = Grid.tracks(stamps, zoned, ids, roles.step, values, source(), notes);
    for (int c = 0; c < values.length; c++) {
      int odd = columns.notNumbers(names.get(c));
      if (odd > 0) {
        notes.add("%d cell%s no number in %s: taken as missing".formatted(odd, odd == 1 ? " is"
            : "s are", names.get(c)));
      }
      int missing = (int) Arrays.stream(values[c]).filter(Double::isNaN).count();
      if (missing > 0 && c < targets.size() + roles.past.size()) {
        notes.add("%d value%s missing in %s: %s".formatted(missing, missing == 1 ? " is" : "s are",
            names.get(c), c < targets.size() ? "not asked, filled where they are read" : "filled"));
      }
    }
    return new Regular(time, List.copyOf(targets), tracks.stream().map(cut).toList(),
        List.copyOf(notes));
  }

  private long[] stamps(LocalDateTime start, TimeStep step) {
    long first = TimeStep.stamp(start);
    var stamps = new long[columns.rows()];
    for (int i = 0; i < stamps.length; i++) {
      stamps[i] = step.stamp(first, i);
    }
    return stamps;
  }

  /// The first column that can be read as time stamps: texts, or numbers in a column whose name
  /// suggests time.
  private @Nullable String foundTime(List<String> notes) {
    for (var name : columns.names()) {
      if (columns.isNumeric(name) && !TIME.contains(name.strip().toLowerCase(Locale.ROOT))) {
        continue;
      }
      var first = columns.texts(name).getFirst();
      for (var form : StampForm.values()) {
        if (form.parse(first) != StampForm.NONE) {
          notes.add("time stamps are those of the column %s".formatted(name));
          return name;
        }
      }
    }
    return null;
  }

  private void check(@Nullable String time) {
    var named = new ArrayList<>(roles.targets);
    named.addAll(roles.past);
    named.addAll(roles.known);
    if (time != null) {
      named.add(time);
    }
    if (roles.id != null) {
      named.add(roles.id);
    }
    for (var name : named) {
      if (!columns.names().contains(name)) {
        throw new DataException("%s has no column %s; it has %s."
            .formatted(source(), name, String.join(", ", columns.names())));
      }
    }
  }

  private List<String> targets(@Nullable String time) {
    var targets = columns.names().stream().filter(columns::isNumeric)
        .filter(name -> !name.equals(time) && !name.equals(roles.id)
            && !roles.past.contains(name) && !roles.known.contains(name))
        .toList();
    if (targets.isEmpty()) {
      var others = columns.names().stream()
          .filter(name -> !name.equals(time) && !name.equals(roles.id)
              && !roles.past.contains(name) && !roles.known.contains(name))
          .toList();
      if (!others.isEmpty()) {
        columns.numbers(others.getFirst()); // says which cell is no number
      }
      throw new DataException("%s: no column is left to be forecast; it has %s."
          .formatted(source(), String.join(", ", columns.names())));
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

  @Override
  public String toString() {
    var tracks = tracks();
    long steps = tracks.stream().mapToLong(Track::length).sum();
    return "%s%d steps of %s".formatted(
        tracks.size() == 1 ? "" : tracks.size() + " series, ", steps, step());
  }
}
