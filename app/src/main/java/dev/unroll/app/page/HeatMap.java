package dev.unroll.app.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Matrices as colours, such as a gate: units down, steps along. Much is dark on a light page and
/// bright on a dark one, so captions say "strong colours" rather than "dark".
///
/// @param rowLabel what a row is, `unit`
/// @param columnLabels what stands under each column, such as the tokens of a text; empty for the
///     numbers of the steps
/// @param down what the rows are places of, such as a weight; null where they are numbers of units
/// @param across what the columns are places of; null where they are steps
public record HeatMap(
    Caption caption, String rowLabel, List<String> columnLabels, List<Choice<Heat>> choices,
    @Nullable Places down, @Nullable Places across)
    implements
      Panel {
  /// Units and steps.
  public HeatMap(
      Caption caption, String rowLabel, List<String> columnLabels, List<Choice<Heat>> choices) {
    this(caption, rowLabel, columnLabels, choices, null, null);
  }

  /// A surface over two numbers.
  public static HeatMap over(
      Caption caption, Places down, Places across, List<Choice<Heat>> choices) {
    return new HeatMap(caption, down.label(), List.of(), choices, down, across);
  }

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
