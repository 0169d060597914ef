package dev.unroll.series;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The roles of the columns of a [Series].
///
/// @param time the column with the time stamps; null for the first one that has some
/// @param id the column that identifies the series of a row; null if there is one series
/// @param targets the columns to forecast; empty for all that are numeric and have no other role
/// @param past covariates that are known up to the present
/// @param known covariates that are known ahead
/// @param start the time of the first row, for a series without a time column
/// @param step the time step; null to find it
record Roles(@Nullable String time, @Nullable String id, List<String> targets, List<String> past,
    List<String> known, @Nullable LocalDateTime start, @Nullable TimeStep step) {
  static final Roles NONE = new Roles(null, null, List.of(), List.of(), List.of(), null, null);

  Roles time(String column) {
    return new Roles(column, id, targets, past, known, start, step);
  }

  Roles id(String column) {
    return new Roles(time, column, targets, past, known, start, step);
  }

  Roles targets(List<String> columns) {
    return new Roles(time, id, columns, past, known, start, step);
  }

  Roles past(List<String> columns) {
    return new Roles(time, id, targets, columns, known, start, step);
  }

  Roles known(List<String> columns) {
    return new Roles(time, id, targets, past, columns, start, step);
  }

  Roles start(LocalDateTime first, TimeStep each) {
    return new Roles(time, id, targets, past, known, first, each);
  }
}
