package dev.unroll.app.page.panel;

import java.util.List;

/// Preformatted text in a monospaced font: the equations of a cell, the output of a model.
public record Text(Caption caption, List<Choice<String>> choices) implements Panel {
  /// The list is copied.
  public Text {
    choices = List.copyOf(choices);
  }

  /// A panel of a single text.
  public static Text of(Caption caption, String text) {
    return new Text(caption, Choice.only(text));
  }
}
