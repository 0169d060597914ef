package dev.unroll.app.page.panel;

/// One drawing of a page, with its [Caption].
public sealed interface Panel
    permits Lines, HeatMap, Painted, Scatter, Parallel, InfluenceMap, TableElement, Text {

  /// The caption above it.
  Caption caption();
}
