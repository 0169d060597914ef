package dev.unroll.series;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The roles of the columns of a [Series], and its time steps as far as they are given.
///
/// @param time the column with the time stamps; null to find it
/// @param untimed whether there are no time stamps
/// @param id the column that identifies the series; null to find it where it is needed
/// @param start when the first row was; null for none
/// @param step the time step; null to find it
/// @param aggregate how the values within a step become one; null for values at steps
record Roles(@Nullable String time, boolean untimed, @Nullable String id, List<String> targets,
    List<String> past, List<String> known, @Nullable FirstRow start, @Nullable TimeStep step,
    @Nullable Aggregate aggregate) {
  static final Roles NONE =
      new Roles(null, false, null, List.of(), List.of(), List.of(), null, null, null);

  Roles time(@Nullable String column) {
    return new Roles(column, column == null, id, targets, past, known, start, step, aggregate);
  }

  Roles id(String column) {
    return new Roles(time, untimed, column, targets, past, known, start, step, aggregate);
  }

  Roles targets(List<String> columns) {
    return new Roles(time, untimed, id, columns, past, known, start, step, aggregate);
  }

  Roles past(List<String> columns) {
    return new Roles(time, untimed, id, targets, columns, known, start, step, aggregate);
  }

  Roles known(List<String> columns) {
    return new Roles(time, untimed, id, targets, past, columns, start, step, aggregate);
  }

  Roles start(FirstRow first, TimeStep between) {
    return new Roles(time, untimed, id, targets, past, known, first, between, aggregate);
  }

  Roles step(TimeStep width, Aggregate how) {
    return new Roles(time, untimed, id, targets, past, known, start, width, how);
  }

  /// Whether a column has a role that was given.
  boolean has(String name) {
    return name.equals(time) || name.equals(id) || targets.contains(name) || past.contains(name)
        || known.contains(name);
  }
}
