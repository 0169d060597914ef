package dev.unroll.app.page.panel;

import java.util.List;

/// One of several views of a panel; the reader chooses by name.
///
/// @param name such as `layer 1 · f`; not shown where there is only one
public record Choice<T>(String name, T value) {

  /// A single choice.
  static <T> List<Choice<T>> only(T value) {
    return List.of(new Choice<>("", value));
  }
}
