package dev.unroll.series;

import static java.util.Objects.requireNonNull;

import dev.unroll.data.DataException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads rows as series with regular steps: finds what each column is for, sorts by time, and notes
/// what is irregular.
final class SeriesReader {
  private static final Set<String> TIME =
      Set.of("time", "date", "datetime", "timestamp", "ds", "year", "month", "day");

  private final SeriesRows columns;
  private final Roles roles;

  SeriesReader(SeriesRows columns, Roles roles) {
    this.columns = columns;
    this.roles = roles;
  }

  /// Reads the rows.
  ///
  /// @param cut takes the part of each series that is wanted
  /// @throws DataException one sentence with the place, if the rows are no series
  RegularSeries read(UnaryOperator<Track> cut) {
    if (columns.rows() == 0) {
      throw new DataException(columns.source() + " has no rows, expected at least two steps.");
    }
    var notes = new ArrayList<String>();
    var time = roles.time() != null || roles.start() != null ? roles.time() : foundTime(notes);
    check(time);
    var targets = roles.targets().isEmpty() ? targets(time) : roles.targets();
    var names = new ArrayList<>(targets);
    names.addAll(roles.past());
    names.addAll(roles.known());
    for (var name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name) || name.equals(time)
          || name.equals(roles.id())) {
        throw new DataException(
            ("%s: the column %s is given for two purposes; it is either the time, the id, a "
                + "target, or a covariate.").formatted(columns.source(), name));
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
    } else if (roles.start() != null) {
      stamps = stamps(roles.start(), requireNonNull(roles.step()));
    }
    var ids = roles.id() == null ? null : columns.texts(roles.id());
    var tracks = Grid.tracks(stamps, zoned, ids, roles.step(), values, columns.source(), notes);
    for (int c = 0; c < values.length; c++) {
      int odd = columns.notNumbers(names.get(c));
      if (odd > 0) {
        notes.add("%d cell%s no number in %s: taken as missing".formatted(odd, odd == 1 ? " is"
            : "s are", names.get(c)));
      }
      int missing = (int) Arrays.stream(values[c]).filter(Double::isNaN).count();
      if (missing > 0 && c < targets.size() + roles.past().size()) {
        notes.add("%d value%s missing in %s: %s".formatted(missing, missing == 1 ? " is" : "s are",
            names.get(c), c < targets.size() ? "not asked, filled where they are read" : "filled"));
      }
    }
    return new RegularSeries(time, List.copyOf(targets), tracks.stream().map(cut).toList(),
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
    var named = new ArrayList<>(roles.targets());
    named.addAll(roles.past());
    named.addAll(roles.known());
    if (time != null) {
      named.add(time);
    }
    if (roles.id() != null) {
      named.add(roles.id());
    }
    for (var name : named) {
      if (!columns.names().contains(name)) {
        throw new DataException("%s has no column %s; it has %s."
            .formatted(columns.source(), name, String.join(", ", columns.names())));
      }
    }
  }

  private List<String> targets(@Nullable String time) {
    var targets = columns.names().stream().filter(columns::isNumeric)
        .filter(name -> !name.equals(time) && !name.equals(roles.id())
            && !roles.past().contains(name) && !roles.known().contains(name))
        .toList();
    if (targets.isEmpty()) {
      var others = columns.names().stream()
          .filter(name -> !name.equals(time) && !name.equals(roles.id())
              && !roles.past().contains(name) && !roles.known().contains(name))
          .toList();
      if (!others.isEmpty()) {
        columns.numbers(others.getFirst()); // says which cell is no number
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
}
