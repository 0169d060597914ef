package dev.unroll.app.page.panel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Heat maps of matrices, such as a gate: units down, steps across. Large values are dark on a
/// light page and bright on a dark one, so captions say "strong colors" rather than "dark".
///
/// @param rowLabel the kind of rows, `unit`
/// @param columnLabels the label under each column, such as the tokens of a text; empty for the
///     numbers of the steps
/// @param down the axis of the rows, such as a weight; null if they are units
/// @param across the axis of the columns; null if they are steps
public record HeatMap(
    Caption caption, String rowLabel, List<String> columnLabels, List<Choice<Heat>> choices,
    @Nullable HeatAxis down, @Nullable HeatAxis across)
    implements
      Panel {
  /// Units and steps.
  public HeatMap(
      Caption caption, String rowLabel, List<String> columnLabels, List<Choice<Heat>> choices) {
    this(caption, rowLabel, columnLabels, choices, null, null);
  }

  /// A surface over two variables.
  public static HeatMap over(
      Caption caption, HeatAxis down, HeatAxis across, List<Choice<Heat>> choices) {
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
