package dev.unroll.app.page.panel;

import java.util.List;

/// The value of one unit as the background of each token of a text, with a search for the units
/// that follow a pattern (their correlation with it over the steps).
///
/// @param tokens one for each step; single characters are set as running text
/// @param choices heat maps of units by steps, such as the state of a layer
public record Painted(Caption caption, List<String> tokens, List<Choice<Heat>> choices)
    implements
      Panel {
  /// The lists are copied.
  ///
  /// @throws IllegalArgumentException if there is not one token for each column
  public Painted {
    tokens = List.copyOf(tokens);
    choices = List.copyOf(choices);
    for (var choice : choices) {
      choice.value().requireColumns("Painted '" + choice.name() + "'", tokens);
    }
  }
}
