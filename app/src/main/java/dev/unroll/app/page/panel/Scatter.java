package dev.unroll.app.page.panel;

import java.util.List;

/// Points in the unit square, such as units by the shares of time they are closed and open.
///
/// @param x the label of the axis from 0 to 1
/// @param y likewise
public record Scatter(Caption caption, String x, String y, List<Choice<List<Point>>> choices)
    implements
      Panel {
  /// The list is copied.
  public Scatter {
    choices = List.copyOf(choices);
  }

  /// A point for a unit.
  ///
  /// @param x from 0 to 1
  /// @param y from 0 to 1
  /// @param unit its index
  public record Point(double x, double y, int unit) {}
}
