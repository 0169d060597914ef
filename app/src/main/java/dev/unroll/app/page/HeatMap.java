package dev.unroll.app.page;

import java.util.List;

/// Matrices as colours, such as a gate: units down, steps along. Much is dark on a light page and
/// bright on a dark one, so captions say "strong colours" rather than "dark".
///
/// @param rowLabel what a row is, `unit`
/// @param columnLabels what stands under each column, such as the tokens of a text; empty for the
///     numbers of the steps
public record HeatMap(
    Caption caption, String rowLabel, List<String> columnLabels, List<Choice<Heat>> choices)
    implements
      Panel {
  /// The lists are copied.
  ///
  /// @throws IllegalArgumentException if there are labels but not one for each column
  public HeatMap {
    columnLabels = List.copyOf(columnLabels);
    choices = List.copyOf(choices);
    for (var choice : columnLabels.isEmpty() ? List.<Choice<Heat>>of() : choices) {
      choice.value().requireColumns("HeatMap '" + choice.name() + "'", columnLabels);
    }
  }
}
