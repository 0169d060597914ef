package dev.unroll.app.page.panel;

import java.util.List;

/// Curves over one axis. The first eight groups of a panel have distinguishable colors, also for
/// color-blind readers; if there are more, all are pale and the one that is pointed at is
/// highlighted. A name that has a color on the page ([Page#colors]) has it here too. Panels whose x
/// axis has the same label share their cursor.
///
/// @param choices each a list of curves
public record Lines(Caption caption, Axis x, Axis y, List<Choice<List<LineSeries>>> choices)
    implements
      Panel {
  /// The list is copied.
  public Lines {
    choices = List.copyOf(choices);
  }

  /// One set of curves.
  public static Lines of(Caption caption, Axis x, Axis y, List<LineSeries> series) {
    return new Lines(caption, x, y, Choice.only(List.copyOf(series)));
  }
}
