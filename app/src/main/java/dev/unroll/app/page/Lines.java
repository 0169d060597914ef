package dev.unroll.app.page;

import java.util.List;

/// Curves over one axis. The first eight groups of a panel have colours that can be told apart, also
/// by people who are colour-blind; where there are more, all are pale and the one that is pointed at
/// stands out. A name that has a colour on the page ([Page#colors]) has it here. Panels whose x axis
/// has the same label point at the same place.
///
/// @param choices each a list of curves
public record Lines(Caption caption, Axis x, Axis y, List<Choice<List<Series>>> choices)
    implements
      Panel {
  /// The list is copied.
  public Lines {
    choices = List.copyOf(choices);
  }

  /// One set of curves.
  public static Lines of(Caption caption, Axis x, Axis y, List<Series> series) {
    return new Lines(caption, x, y, Choice.only(List.copyOf(series)));
  }
}
