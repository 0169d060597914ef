package dev.unroll.app.page;

import java.util.List;

/// One of the things a panel can show; where it has several the reader chooses by name.
///
/// @param name such as `layer 1 · f`; not shown where there is only one
public record Choice<T>(String name, T value) {

  /// A single one.
  static <T> List<Choice<T>> only(T value) {
    return List.of(new Choice<>("", value));
  }
}
