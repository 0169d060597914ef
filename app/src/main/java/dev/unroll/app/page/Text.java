package dev.unroll.app.page;

import java.util.List;

/// Text as it is, in letters of equal width: the equations of a cell, what a model writes.
public record Text(Caption caption, List<Choice<String>> choices) implements Panel {
  /// The list is copied.
  public Text {
    choices = List.copyOf(choices);
  }

  /// A single one.
  public static Text of(Caption caption, String text) {
    return new Text(caption, Choice.only(text));
  }
}
